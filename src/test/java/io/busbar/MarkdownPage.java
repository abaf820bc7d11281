package io.busbar;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.IdGenerator;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.CustomNode;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;

/** A page of the documentation, read once. Used by the thread of its test. */
public final class MarkdownPage extends AbstractVisitor {
  private static final Parser PARSER =
      Parser.builder().extensions(List.of(TablesExtension.create())).build();
  private static final Pattern ID = Pattern.compile("\\bid=\"([^\"]+)\"");

  /** The end of a sentence. A colon is one, too, because a new thought follows. */
  private static final Pattern END = Pattern.compile("(?<=[.!?:])[\")”]?\\s+(?=[A-Z0-9(\"“])");

  /** Replaces a piece of code in a sentence. */
  private static final String CODE = "CODE";

  private final Path path;
  private final List<String> blocks = new ArrayList<>();
  private final List<FencedCodeBlock> codes = new ArrayList<>();
  private final List<String> links = new ArrayList<>();
  private final List<String> images = new ArrayList<>();
  private final Set<String> anchors = new HashSet<>();
  private final IdGenerator ids = IdGenerator.builder().build();
  private final Node document;

  private MarkdownPage(Path path, String text) {
    this.path = path;
    document = PARSER.parse(text);
    document.accept(this);
  }

  public static MarkdownPage read(Path path) {
    try {
      return new MarkdownPage(path, Files.readString(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static MarkdownPage of(Path path, String text) {
    return new MarkdownPage(path, text);
  }

  /** All pages for readers, the README first. */
  static Stream<MarkdownPage> all() {
    return Stream.of(
            Stream.of(Path.of("README.md")),
            filesIn(Path.of(".github")),
            filesIn(Path.of("src/site/markdown")))
        .flatMap(files -> files)
        .map(MarkdownPage::read);
  }

  private static Stream<Path> filesIn(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path() {
    return path;
  }

  /** The first node of the page. */
  Node first() {
    return document.getFirstChild();
  }

  /** The sentences of paragraphs, items and cells, without their code. */
  List<String> sentences() {
    return blocks.stream().flatMap(END::splitAsStream).filter(s -> !s.isBlank()).toList();
  }

  /** The blocks of code in that language, in the order of the page. */
  public List<String> code(String language) {
    return codes.stream()
        .filter(block -> block.getInfo().equals(language))
        .map(FencedCodeBlock::getLiteral)
        .toList();
  }

  /** The targets of links, as they are written. */
  List<String> links() {
    return links;
  }

  List<String> images() {
    return images;
  }

  /** The anchors of headings, as GitHub makes them, and of HTML. */
  Set<String> anchors() {
    return anchors;
  }

  @Override
  public void visit(Heading heading) {
    anchors.add(ids.generateId(words(heading)));
    visitChildren(heading);
  }

  @Override
  public void visit(Paragraph paragraph) {
    blocks.add(words(paragraph));
    visitChildren(paragraph);
  }

  @Override
  public void visit(FencedCodeBlock block) {
    codes.add(block);
  }

  @Override
  public void visit(CustomNode node) {
    if (node instanceof TableCell) {
      blocks.add(words(node));
    }
    visitChildren(node);
  }

  @Override
  public void visit(Link link) {
    links.add(link.getDestination());
    visitChildren(link);
  }

  @Override
  public void visit(Image image) {
    images.add(image.getDestination());
  }

  @Override
  public void visit(HtmlInline html) {
    addIds(html.getLiteral());
  }

  @Override
  public void visit(HtmlBlock html) {
    addIds(html.getLiteral());
  }

  private void addIds(String html) {
    Matcher matcher = ID.matcher(html);
    while (matcher.find()) {
      anchors.add(matcher.group(1));
    }
  }

  private static String words(Node block) {
    boolean heading = block instanceof Heading;
    StringBuilder words = new StringBuilder();
    block.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Text text) {
            words.append(text.getLiteral());
          }

          @Override
          public void visit(Code code) {
            words.append(heading ? code.getLiteral() : CODE);
          }

          @Override
          public void visit(SoftLineBreak line) {
            words.append(' ');
          }
        });
    return words.toString();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
