package io.busbar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The documentation in the jar, page by page: what a reader clicks on is there. */
final class SiteIT {
  private static final String FOLDER = "docs/";
  private static final Path MARKDOWN = Path.of("src", "site", "markdown");
  private static final Path MENU = Path.of("src", "site", "site.xml");
  private static final long MOST_BYTES = 3 << 20;

  private static final Pattern LINK = Pattern.compile("<(?:a|link) [^>]*?href=\"([^\"]*)\"");
  private static final Pattern SOURCE = Pattern.compile("<(?:img|script) [^>]*?src=\"([^\"]*)\"");
  private static final Pattern ID = Pattern.compile(" id=\"([^\"]*)\"");
  private static final Pattern PREFORMATTED = Pattern.compile("(?s)<(pre|code)[ >].*?</\\1>");
  private static final Pattern SCRIPT =
      Pattern.compile("<script(?![^<>]* src=)|<style|<\\w[^<>]* (?:style|on\\w+)=");

  /** As Markdown writes them: a row of a table, a fence, a link, a heading, bold words. */
  private static final Pattern UNRENDERED =
      Pattern.compile(
          "(?m)\\|\\s*-{3,}|~~~|```|\\]\\([\\w./#-]+\\)|^\\s*#{1,6} \\w|\\*\\*\\w|&lt;a id=");

  /** By their names without the folder. */
  private static Map<String, String> pages;

  private static Set<String> files;
  private static long bytes;

  @BeforeAll
  static void read() throws IOException {
    pages = new TreeMap<>();
    files = new HashSet<>();
    try (JarFile jar = new JarFile(TestJvm.jar().toFile())) {
      for (JarEntry entry : jar.stream().filter(SiteIT::isDocumentation).toList()) {
        String name = entry.getName().substring(FOLDER.length());
        files.add(name);
        bytes += entry.getCompressedSize();
        if (name.endsWith(".html")) {
          try (InputStream page = jar.getInputStream(entry)) {
            pages.put(name, new String(page.readAllBytes(), StandardCharsets.UTF_8));
          }
        }
      }
    }
  }

  private static boolean isDocumentation(JarEntry entry) {
    return entry.getName().startsWith(FOLDER) && !entry.isDirectory();
  }

  private static List<String> all(Pattern pattern, String page) {
    return pattern.matcher(page).results().map(match -> match.group(1)).toList();
  }

  private static Set<String> names(Path folder, String extension) throws IOException {
    try (Stream<Path> pages = Files.list(folder)) {
      return pages
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(extension))
          .map(name -> name.replace(extension, ""))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void everyPageExistsAndIsInTheMenu() throws IOException {
    Set<String> wanted = names(MARKDOWN, ".md");
    wanted.addAll(Set.of("index", "contributing", "security-policy"));
    assertThat(pages.keySet().stream().map(name -> name.replace(".html", "")))
        .containsExactlyInAnyOrderElementsOf(wanted);
    List<String> menu =
        all(Pattern.compile("<item [^>]*href=\"(.*?)\\.html\""), Files.readString(MENU));
    assertThat(menu)
        .as("each page is in the menu once: add an item to %s", MENU)
        .containsExactlyInAnyOrderElementsOf(wanted);
    pages.forEach(
        (name, page) ->
            assertThat(page)
                .as(name)
                .contains("<a href=\"" + name + "\" aria-current=\"page\">")
                .containsPattern("<title>[^<]+ · Busbar</title>"));
  }

  @Test
  void noLinkIsDead() {
    Map<String, Set<String>> anchors = new HashMap<>();
    pages.forEach((name, page) -> anchors.put(name, Set.copyOf(all(ID, page))));
    Set<String> dead = new TreeSet<>();
    int inside = 0;
    for (Map.Entry<String, String> page : pages.entrySet()) {
      for (String link : all(LINK, page.getValue())) {
        URI target = URI.create(link.replace("&amp;", "&"));
        if (target.getScheme() != null) {
          continue;
        }
        String file = target.getPath().isEmpty() ? page.getKey() : target.getPath();
        String anchor = target.getFragment();
        inside++;
        if (!files.contains(file)
            || anchor != null && !anchors.getOrDefault(file, Set.of()).contains(anchor)) {
          dead.add(page.getKey() + " has " + link);
        }
      }
    }
    assertThat(dead).as("links to pages or headings that are not there").isEmpty();
    assertThat(inside).isGreaterThan(1000);
  }

  @Test
  void everyPictureAndScriptExists() {
    Set<String> missing = new TreeSet<>();
    pages.forEach(
        (name, page) ->
            all(SOURCE, page).stream()
                .map(source -> URLDecoder.decode(source, StandardCharsets.UTF_8))
                .filter(source -> !files.contains(source))
                .forEach(source -> missing.add(name + " has " + source)));
    assertThat(missing).isEmpty();
    assertThat(pages.get("performance.html")).contains("<img src=\"performance/overview.svg\"");
  }

  /** What the policy of the admin port lets no browser do. */
  @Test
  void noPageHasInlineScriptsOrStyles() {
    pages.forEach((name, page) -> assertThat(page).as(name).doesNotContainPattern(SCRIPT));
  }

  @Test
  void noMarkdownIsUnrendered() {
    Set<String> left = new TreeSet<>();
    pages.forEach(
        (name, page) ->
            UNRENDERED
                .matcher(PREFORMATTED.matcher(page).replaceAll(""))
                .results()
                .map(MatchResult::group)
                .forEach(words -> left.add(name + ": " + words.strip())));
    assertThat(left).isEmpty();
    assertThat(pages.get("api.html")).contains("<table").contains("<pre");
  }

  /** Fences, and blocks that are indented. */
  @Test
  void codeBlocksAreComplete() throws IOException {
    for (String name : names(MARKDOWN, ".md")) {
      String text = Files.readString(MARKDOWN.resolve(name + ".md"));
      long fences = text.lines().filter(line -> line.matches(" *(```|~~~).*")).count() / 2;
      long blocks =
          Pattern.compile("<pre[ >]").matcher(pages.get(name + ".html")).results().count();
      assertThat(blocks).as(name).isGreaterThanOrEqualTo(fences);
    }
    assertThat(pages.get("api.html")).containsPattern("(?s)<pre[^>]*>(<code[^>]*>)?curl http");
  }

  @Test
  void documentationIsSmall() {
    assertThat(bytes).isBetween(100_000L, MOST_BYTES);
  }
}
