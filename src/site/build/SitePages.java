import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.webjars.WebJarVersionLocator;

/**
 * The step of the build that finishes the pages of maven-site-plugin. It puts each page into
 * page.html, gives headings the same anchors as GitHub, repairs links into the repository, and
 * makes the index of the search. It runs from its source, {@code java SitePages.java FROM TO}, in
 * the root of the repository. Used by one thread.
 */
final class SitePages {
  private static final Path ROOT = Path.of("");
  private static final String JAVADOC = "testapidocs/index.html";
  private static final String RESOURCES = "src/site/resources/";

  /** Pages that are not in src/site/markdown, with the folder from which their links start. */
  private static final Map<String, String> ELSEWHERE =
      Map.of("index", "", "contributing", ".github", "security-policy", ".github");

  /** Files of other pages by their path in the repository, without the extension. */
  private static final Map<String, String> PAGES =
      Map.of(
          "README",
          "index.html",
          ".github/CONTRIBUTING",
          "contributing.html",
          ".github/SECURITY",
          "security-policy.html");

  /** Folders of the skin, and the plugin's list of reports, which the site does not need. */
  private static final List<String> UNUSED =
      List.of("css/", "fonts/", "images/", "img/", "js/", "project-reports.html");

  private static final Pattern MAIN = Pattern.compile("(?s)<main id=\"bodyColumn\".*?>(.*)</main>");
  private static final Pattern CONTENT =
      Pattern.compile("(?s)<main id=\"docs-content\">(.*)</main>");
  private static final Pattern MENU = Pattern.compile("(?s)<ul class=\"nav nav-list\">.*?</ul>");
  private static final Pattern TAG = Pattern.compile("<[a-z][^<>]*>");
  private static final Pattern LINK = Pattern.compile("( (?:href|src)=\")([^\"]*)\"");
  private static final Pattern ABSOLUTE = Pattern.compile("(?:[a-zA-Z][\\w+.-]*:|//|#).*|");
  private static final Pattern HEADING =
      Pattern.compile("(?s)(?:<a id=\"([^\"]*)\"></a>\\s*)?<h([1-6])([^>]*)>(.*?)</h\\2>");
  private static final Pattern FINISHED_HEADING =
      Pattern.compile("(?s)<h([1-6]) id=\"([^\"]*)\">(.*?)</h\\1>");
  private static final Pattern ENTITY = Pattern.compile("&(#x?)?(\\w+);");
  private static final Map<String, String> NAMED =
      Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "nbsp", " ");

  private final Path rendered;
  private final Path site;
  private final String template;
  private final JsonArray index = new JsonArray();

  private SitePages(Path rendered, Path site) throws IOException {
    this.rendered = rendered;
    this.site = site;
    this.template = Files.readString(ROOT.resolve("src/site/build/page.html"));
  }

  public static void main(String[] arguments) throws IOException {
    new SitePages(Path.of(arguments[0]), Path.of(arguments[1])).finish();
  }

  private void finish() throws IOException {
    delete(site);
    for (Path file : files(rendered)) {
      String name = rendered.relativize(file).toString().replace('\\', '/');
      if (UNUSED.stream().anyMatch(name::startsWith)) {
        continue;
      }
      String page = name.matches("[^/]+\\.html") ? Files.readString(file) : "";
      if (Files.size(file) == 0) { // A killed build left it, and the plugin does not make it again.
        throw new IllegalStateException(file + " is empty: run mvn clean");
      }
      if (MAIN.matcher(page).find()) {
        page = finished(name.replace(".html", ""), page);
        write(name, page.getBytes(StandardCharsets.UTF_8));
        addToIndex(name, page);
      } else {
        copy(file, name);
      }
    }
    String pages = "window.busbarPages = " + index.encode() + ";\n";
    write("search-index.js", pages.getBytes(StandardCharsets.UTF_8));
    copy(ROOT.resolve("webroot/favicon.svg"), "favicon.svg");
    copyLunr();
  }

  /**
   * Returns the files and folders in a folder that may not exist, each folder after its content.
   */
  private static List<Path> all(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted(Comparator.reverseOrder()).toList();
    }
  }

  private static void delete(Path folder) throws IOException {
    for (Path file : all(folder)) {
      Files.delete(file);
    }
  }

  /** Returns the files sorted by name, because each build must make the same site. */
  private static List<Path> files(Path folder) throws IOException {
    return all(folder).stream().filter(Files::isRegularFile).sorted().toList();
  }

  private void write(String name, byte[] content) throws IOException {
    Path target = site.resolve(name);
    Files.createDirectories(target.getParent());
    Files.write(target, content);
  }

  private void copy(Path file, String name) throws IOException {
    write(name, Files.readAllBytes(file));
  }

  private String finished(String name, String page) {
    String content = one(MAIN, 1, page).strip();
    String menu =
        one(MENU, 0, page)
            .replace(
                "<li class=\"active\"><a>",
                "<li><a href=\"" + name + ".html\" aria-current=\"page\">")
            .replace("</ul>", javadoc() + "</ul>");
    String title = text(one(FINISHED_HEADING, 3, withAnchors(content)));
    content =
        withAnchors(content)
            .replaceAll("(<table[^>]*>)", "<div class=\"table\">$1")
            .replace("</table>", "</table></div>")
            .replaceAll("<pre(?=[ >])", "<pre tabindex=\"0\"");
    page =
        template
            .replace("{title}", escape(title))
            .replace("{menu}", menu)
            .replace("{content}", content);
    return replaced(TAG, page, tag -> withTargets(name, tag.group()));
  }

  /**
   * Returns a tag with repaired links, and without styles, which the admin port's policy forbids.
   */
  private String withTargets(String page, String tag) {
    return replaced(
        LINK,
        tag.replaceAll(" style=\"[^\"]*\"", ""),
        link -> link.group(1) + escape(target(page, unescape(link.group(2)))) + '"');
  }

  /** Returns the menu's entry for the Javadoc; empty if this site has none. */
  private String javadoc() {
    return Files.exists(rendered.resolve(JAVADOC))
        ? "<li class=\"nav-header\">Library</li><li><a href=\"%s\">Javadoc of busbar-test</a></li>"
            .formatted(JAVADOC)
        : "";
  }

  /** Returns a group of the first match. There must be one. */
  private static String one(Pattern pattern, int group, String text) {
    Matcher found = pattern.matcher(text);
    if (!found.find()) {
      throw new IllegalStateException("no " + pattern + " in " + text);
    }
    return found.group(group);
  }

  private static String replaced(
      Pattern pattern, String text, Function<MatchResult, String> replacement) {
    return pattern
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(replacement.apply(match)));
  }

  /** Replaces Doxia's anchors by those of GitHub. Anchors that the author wrote stay. */
  private static String withAnchors(String content) {
    Map<String, Integer> taken = new HashMap<>();
    return replaced(
        HEADING,
        content,
        heading -> {
          String plain = text(heading.group(4));
          String slug = slug(plain);
          int before = taken.merge(slug, 1, Integer::sum) - 1;
          String written = heading.group(1);
          boolean doxias = written == null || isDoxias(written, plain);
          return (doxias ? "" : "<a id=\"" + written + "\"></a>")
              + "<h%s id=\"%s\">%s</h%1$s>"
                  .formatted(
                      heading.group(2), before == 0 ? slug : slug + "-" + before, heading.group(4));
        });
  }

  /**
   * Returns whether this is Doxia's anchor for the heading. Doxia writes {@code _} for a space, and
   * codes like {@code .2F} for other characters. The first character is always a letter.
   */
  private static boolean isDoxias(String id, String heading) {
    String decoded =
        URLDecoder.decode(id.replaceAll("\\.(?=[0-9A-F]{2})", "%"), StandardCharsets.UTF_8);
    return letters(decoded).matches("a?" + letters(heading));
  }

  private static String letters(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
  }

  private static String slug(String heading) {
    return heading
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
        .strip()
        .replace(' ', '-');
  }

  /** Returns the target of a page's link in the site. */
  private String target(String page, String link) {
    if (ABSOLUTE.matcher(link).matches()) {
      return link;
    }
    String[] parts = link.split("#", 2);
    String anchor = parts.length == 1 ? "" : "#" + parts[1];
    Path from = Path.of(ELSEWHERE.getOrDefault(page, "src/site/markdown"));
    String file = from.resolve(parts[0]).normalize().toString().replace('\\', '/');
    String bare = file.replaceFirst("\\.(md|html)$", "");
    if (PAGES.containsKey(bare)) {
      return PAGES.get(bare) + anchor;
    }
    if (bare.startsWith("src/site/markdown/") && !bare.equals(file)) {
      return bare.substring("src/site/markdown/".length()) + ".html" + anchor;
    }
    if (file.startsWith(RESOURCES)) {
      return file.substring(RESOURCES.length()) + anchor;
    }
    boolean rendered = !parts[0].startsWith("..") && Files.exists(this.rendered.resolve(parts[0]));
    boolean ours = !file.startsWith("..") && Files.isRegularFile(ROOT.resolve(file));
    return ours && !rendered ? copied(file) + anchor : link;
  }

  /** Copies a file of the repository to the site, with a name for which servers send a type. */
  private String copied(String file) {
    boolean typed = file.substring(file.lastIndexOf('/') + 1).contains(".");
    String name = "files/" + file.replaceAll("(^|/)\\.", "$1") + (typed ? "" : ".txt");
    try {
      copy(ROOT.resolve(file), name);
      return name;
    } catch (IOException e) {
      throw new IllegalStateException(file + " cannot be copied", e);
    }
  }

  private void copyLunr() throws IOException {
    String file = new WebJarVersionLocator().fullPath("lunr", "lunr.min.js");
    try (InputStream lunr = SitePages.class.getClassLoader().getResourceAsStream(file)) {
      write("lunr.min.js", lunr.readAllBytes());
    }
  }

  /** Adds each section of the page to the index, with the text that the search finds. */
  private void addToIndex(String name, String page) {
    String main = one(CONTENT, 1, page);
    List<MatchResult> headings = FINISHED_HEADING.matcher(main).results().toList();
    List<Integer> ends =
        new ArrayList<>(headings.stream().skip(1).map(MatchResult::start).toList());
    ends.add(main.length());
    for (int i = 0; i < headings.size(); i++) {
      MatchResult heading = headings.get(i);
      String anchor = i == 0 ? "" : "#" + heading.group(2);
      index.add(
          new JsonObject()
              .put("url", name + anchor)
              .put("page", text(headings.get(0).group(3)))
              .put("title", text(heading.group(3)))
              .put("text", text(main.substring(heading.end(), ends.get(i)))));
    }
  }

  /** Returns the text without markup. */
  private static String text(String html) {
    return unescape(
        html.replaceAll("</(?:td|th|p|li|pre|h[1-6])>|<br ?/?>", " ")
            .replaceAll("<[^>]*>", "")
            .replaceAll("\\s+", " ")
            .strip());
  }

  private static String unescape(String html) {
    return replaced(
        ENTITY,
        html,
        entity -> {
          if (entity.group(1) == null) {
            return NAMED.getOrDefault(entity.group(2), entity.group());
          }
          int radix = entity.group(1).equals("#") ? 10 : 16;
          return Character.toString(Integer.parseInt(entity.group(2), radix));
        });
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
