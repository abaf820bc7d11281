package io.busbar;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.config.ConfigException;
import io.busbar.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Tests that the things which the pages for contributors name exist. Used by one thread. */
final class ContributingTest {
  private static final String CONTRIBUTING = ".github/CONTRIBUTING.md";
  private static final Path SOURCES = Path.of("src");

  private static final Pattern TYPE = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)`");
  private static final Pattern CHOSEN =
      Pattern.compile("-D(?:test|it\\.test|fuzz\\.test)='?([A-Z]\\w+(?:#\\w+)?)");
  private static final Pattern FILE =
      Pattern.compile(
          "`(\\.?[\\w-]+(?:[./][\\w-]+)*/[\\w./-]+|\\.?[\\w-]+\\.xml|\\.editorconfig)`");
  private static final Pattern PROFILE = Pattern.compile("-P([a-z][\\w-]*)");
  private static final Pattern PROPERTY = Pattern.compile("(?<![\\w-])-D([A-Za-z][\\w.]*)");
  private static final Pattern SETTING = Pattern.compile("--set ([a-z][\\w.-]*=\\S+)");

  /** Properties of Surefire and Failsafe, which a pom need not name. */
  private static final Set<String> OF_PLUGINS =
      Set.of("test", "it.test", "maven.surefire.debug", "maven.failsafe.debug");

  private static Map<String, Path> types;
  private static Set<String> profiles;
  private static Set<String> properties;

  @BeforeAll
  static void read() throws Exception {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      types =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .collect(
                  Collectors.toMap(
                      file -> file.getFileName().toString().replace(".java", ""),
                      file -> file,
                      (one, other) -> one));
    }
    Document pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse("pom.xml");
    profiles = texts(pom, "/project/profiles/profile/id/text()");
    properties = new HashSet<>(OF_PLUGINS);
    properties.addAll(texts(pom, "//profile/activation/property/name/text()"));
    properties.addAll(names(pom, "/project/properties/* | //profile/properties/*"));
  }

  private static Set<String> texts(Document pom, String path) throws Exception {
    Set<String> found = new TreeSet<>();
    NodeList nodes = nodes(pom, path);
    for (int i = 0; i < nodes.getLength(); i++) {
      found.add(nodes.item(i).getNodeValue());
    }
    return found;
  }

  private static Set<String> names(Document pom, String path) throws Exception {
    Set<String> found = new TreeSet<>();
    NodeList nodes = nodes(pom, path);
    for (int i = 0; i < nodes.getLength(); i++) {
      found.add(nodes.item(i).getNodeName());
    }
    return found;
  }

  private static NodeList nodes(Document pom, String path) throws Exception {
    XPath paths = XPathFactory.newInstance().newXPath();
    return (NodeList) paths.evaluate(path, pom, XPathConstants.NODESET);
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1)).toList();
  }

  private static List<String> missing(Pattern pattern, String text, Predicate<String> exists) {
    return found(pattern, text).stream().filter(exists.negate()).toList();
  }

  /**
   * Whether the name is a type. With {@code #} and a name after it, it must be a method of that
   * type.
   */
  private static boolean isThere(String chosen) {
    String[] parts = chosen.split("#");
    Path file = types.get(parts[0]);
    try {
      return file != null
          && (parts.length == 1 || Files.readString(file).contains(" " + parts[1] + "("));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether the file exists. A file that the build makes need not exist. */
  private static boolean isFile(String name) {
    return name.startsWith("target/") || Files.exists(Path.of(name));
  }

  private static boolean isSetting(String setting) {
    try {
      ConfigLoader.load(null, Map.of(), List.of(setting));
      return true;
    } catch (ConfigException e) {
      return false;
    }
  }

  /** All names in the text that do not exist. */
  private static List<String> missing(String text) {
    List<String> missing = new ArrayList<>();
    missing.addAll(missing(TYPE, text, types::containsKey));
    missing.addAll(missing(CHOSEN, text, ContributingTest::isThere));
    missing.addAll(missing(FILE, text, ContributingTest::isFile));
    missing.addAll(missing(PROFILE, text, profiles::contains));
    missing.addAll(missing(PROPERTY, text, properties::contains));
    missing.addAll(missing(SETTING, text, ContributingTest::isSetting));
    return missing;
  }

  @ParameterizedTest
  @ValueSource(strings = {CONTRIBUTING, ".github/SECURITY.md", "src/site/markdown/changes.md"})
  void everythingThePageNamesExists(String name) throws Exception {
    String text = Files.readString(Path.of(name));
    assertThat(missing(text)).isEmpty();
  }

  /** The patterns must find something. Without this, a page that names nothing would pass. */
  @Test
  void contributorPageNamesThingsOfEachKind() throws Exception {
    String text = Files.readString(Path.of(CONTRIBUTING));
    assertThat(found(TYPE, text)).contains("Gateway", "PackagesTest").hasSizeGreaterThan(40);
    assertThat(found(CHOSEN, text)).contains("StartIT", "TopicPairTest", "TopicPairFuzz");
    assertThat(found(FILE, text)).contains("src/main/java", "pom.xml", ".ci/run");
    assertThat(found(PROPERTY, text)).contains("skipUTs", "timings", "fuzz.seconds", "jmh");
    assertThat(found(SETTING, text)).contains("http.port=9000");
  }

  @Test
  void contributorPageNamesEachProfile() throws Exception {
    String text = Files.readString(Path.of(CONTRIBUTING));
    assertThat(profiles)
        .hasSizeGreaterThan(8)
        .allSatisfy(
            profile -> assertThat(text).containsPattern("(-P|-D|`)" + profile + "(?![\\w-])"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "`NoSuchType`",
        "mvn test -Dtest=NoSuchTest",
        "mvn test -Dtest='TopicPairTest#noSuchMethod'",
        "`src/main/java/none`",
        "`none.xml`",
        "mvn verify -Pnone",
        "mvn verify -Dnone.such",
        "--set http.prot=9000",
      })
  void missingThingIsDetected(String text) {
    assertThat(missing(text)).hasSize(1);
  }
}
