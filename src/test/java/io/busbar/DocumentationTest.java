package io.busbar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.commonmark.node.Heading;
import org.commonmark.node.Paragraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the language of the documentation, and that the things which it names exist. Used by one
 * thread.
 */
final class DocumentationTest {
  private static final int LONGEST_SENTENCE = 25;

  /** Words without a meaning, and words that a reader with school English does not know. */
  private static final Pattern NOT_PLAIN =
      Pattern.compile(
          "\\b(whilst|hence|thereby|thereof|wherein|whereof|herein|upon|thus|aforementioned"
              + "|utili[sz]e\\w*|leverage\\w*|albeit|notwithstanding|alike|therefrom|thereafter"
              + "|lest|amongst|simply|just|easily|obviously|of course|e\\.g\\.|i\\.e\\.|etc\\.?"
              + "|whoever|whomever|whatsoever|let go of|lets go of|doorkeeper)\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Path DIAGRAMS = Path.of("src/site/diagrams");
  private static final Path PICTURES = Path.of("src/site/resources/diagrams");

  /** The first line of a box of Graphviz. */
  private static final Pattern LABEL =
      Pattern.compile("\\[[^\\]]*?label=\"([^\"\\\\]+)(?:\\\\n|\\\\l|\")[^\\]]*]");

  static Stream<MarkdownPage> pages() {
    return MarkdownPage.all();
  }

  static List<Path> diagrams() throws IOException {
    try (Stream<Path> files = Files.list(DIAGRAMS)) {
      return files.sorted().toList();
    }
  }

  private static List<String> longSentences(MarkdownPage page) {
    return page.sentences().stream()
        .filter(
            sentence ->
                Arrays.stream(sentence.split("\\s+")).filter(w -> w.matches(".*\\w.*")).count()
                    > LONGEST_SENTENCE)
        .toList();
  }

  private static List<String> wordsNotPlain(MarkdownPage page) {
    return page.sentences().stream()
        .flatMap(sentence -> NOT_PLAIN.matcher(sentence).results())
        .map(MatchResult::group)
        .toList();
  }

  private static List<String> brokenLinks(MarkdownPage page) {
    List<String> broken = new ArrayList<>();
    for (String link : page.links()) {
      String[] parts = link.split("#", 2);
      if (!parts[0].contains(":") && !isThere(page, parts[0], parts.length > 1 ? parts[1] : null)) {
        broken.add(link);
      }
    }
    return broken;
  }

  private static boolean isThere(MarkdownPage page, String file, String anchor) {
    Path target = file.isEmpty() ? page.path() : page.path().resolveSibling(file).normalize();
    return Files.exists(target)
        && (anchor == null || MarkdownPage.read(target).anchors().contains(anchor));
  }

  private static Set<String> classes() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .map(name -> name.replace(".java", ""))
          .collect(Collectors.toSet());
    }
  }

  /** The names in the boxes. Text outside of boxes is not checked. */
  private static List<String> boxes(String graph) {
    return LABEL
        .matcher(graph)
        .results()
        .filter(node -> !node.group().contains("ellipse"))
        .filter(node -> !graph.substring(0, node.start()).endsWith("graph "))
        .filter(node -> !isEdge(graph, node.start()))
        .map(node -> node.group(1).strip())
        .toList();
  }

  private static boolean isEdge(String graph, int place) {
    int line = graph.lastIndexOf('\n', place) + 1;
    return graph.substring(line, place).contains("->");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void sentencesAreShort(MarkdownPage page) {
    assertThat(longSentences(page)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void wordsArePlain(MarkdownPage page) {
    assertThat(wordsNotPlain(page)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksHaveTargets(MarkdownPage page) {
    assertThat(brokenLinks(page)).isEmpty();
    assertThat(page.images())
        .allSatisfy(image -> assertThat(page.path().resolveSibling(image).normalize()).exists());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void pageBeginsWithItsTitleAndItsPurpose(MarkdownPage page) {
    assertThat(page.first())
        .isInstanceOfSatisfying(
            Heading.class, heading -> assertThat(heading.getLevel()).isEqualTo(1));
    assertThat(page.first().getNext()).isInstanceOf(Paragraph.class);
  }

  @ParameterizedTest
  @MethodSource("diagrams")
  void eachBoxOfADiagramIsAClass(Path diagram) throws IOException {
    List<String> boxes = boxes(Files.readString(diagram));
    assertThat(boxes).isNotEmpty();
    assertThat(classes()).containsAll(boxes);
  }

  /** A picture that was not rendered after a change has other boxes. */
  @ParameterizedTest
  @MethodSource("diagrams")
  void diagramIsRenderedAndShown(Path diagram) throws IOException {
    String name = diagram.getFileName().toString().replace(".dot", ".svg");
    String picture = Files.readString(PICTURES.resolve(name));
    assertThat(boxes(Files.readString(diagram)))
        .allSatisfy(box -> assertThat(picture).contains(">" + box + "<"));
    assertThat(pages().flatMap(page -> page.images().stream()))
        .anySatisfy(image -> assertThat(image).endsWith("/diagrams/" + name));
  }

  @Test
  void readmeLinksEachPage() {
    List<String> named = MarkdownPage.read(Path.of("README.md")).links();
    assertThat(pages().map(MarkdownPage::path).filter(page -> !page.endsWith("README.md")))
        .allSatisfy(page -> assertThat(named).contains(page.toString()));
  }

  @Test
  void longSentencesAreDetected() {
    String words = "A b c d e f g h i j k l m n o p q r s t u v w x y";
    assertThat(longSentences(page(words + "."))).isEmpty();
    assertThat(longSentences(page(words + " z."))).hasSize(1);
    assertThat(longSentences(page(words + " z. " + words + " z."))).hasSize(2);
    assertThat(longSentences(page("- " + words + " z."))).hasSize(1);
    assertThat(longSentences(page("| a |\n|---|\n| " + words + " z |"))).hasSize(1);
    assertThat(longSentences(page("    " + words + " z"))).isEmpty();
    assertThat(wordsNotPlain(page("It is just so, of course."))).hasSize(2);
  }

  private static MarkdownPage page(String text) {
    return MarkdownPage.of(Path.of("README.md"), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[a](none.md)", "[a](#none)", "[a](README.md#none)"})
  void brokenLinkIsDetected(String text) {
    assertThat(brokenLinks(page(text))).hasSize(1);
  }

  @Test
  void boxesAreFound() {
    String graph =
        """
        digraph x { graph [label="not"]; node [shape=box];
          a [label="Hub\\nroutes"]; b [label="client", shape=ellipse];
          a -> b [label="1 SEND"];
        }
        """;
    assertThat(boxes(graph)).containsExactly("Hub");
  }
}
