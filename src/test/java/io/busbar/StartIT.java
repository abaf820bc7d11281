package io.busbar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.webjars.WebJarVersionLocator;

/** Tests start and stop of the jar, as somebody does it who has nothing but the jar. */
final class StartIT {
  private static final String VERSION =
      "Busbar 1\\.0\\.0 \\(Java \\d+[^ ]*, Vert\\.x 5\\.1\\.\\d+\\)";

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir Path folder;

  private BusbarProcess.Options options(String... arguments) {
    return BusbarProcess.options().in(folder).arguments(arguments);
  }

  private List<String> print(String... arguments) {
    try (BusbarProcess busbar = options(arguments).launch()) {
      assertThat(busbar.exitCode()).as(busbar.errLines().toString()).isZero();
      assertThat(busbar.errLines()).isEmpty();
      return busbar.outLines();
    }
  }

  private void assertFails(BusbarProcess.Options options, String line) {
    try (BusbarProcess busbar = options.launch()) {
      assertThat(busbar.exitCode()).isEqualTo(2);
      assertThat(errorLines(busbar)).containsExactly(line);
      assertThat(busbar.outLines()).isEmpty();
    }
  }

  /** Without the line about memory, and without warnings that the machine was too busy. */
  private static List<String> errorLines(BusbarProcess busbar) {
    return busbar.errLines().stream()
        .filter(line -> !line.contains("BlockedThreadChecker"))
        .filter(line -> !line.contains("INFO  node: memory: "))
        .toList();
  }

  @Test
  void readinessIsOneLine() {
    try (BusbarProcess busbar = options().start()) {
      assertThat(busbar.outLines()).hasSize(1);
      assertThat(busbar.readyLine()).matches("Busbar ready in \\d+ ms(: .+)?");
      assertThat(errorLines(busbar)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void signalClosesEverythingAndExitsWith0(String signal) {
    try (BusbarProcess busbar = options().start()) {
      busbar.signal(signal);
      assertThat(busbar.exitCode()).isZero();
      assertThat(errorLines(busbar)).hasSize(1);
      assertThat(errorLines(busbar).get(0))
          .matches(
              "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  node: SIG"
                  + signal
                  + ": closing");
    }
  }

  @Test
  void quotesCommandRunsUntilASignal() {
    try (BusbarProcess busbar = options("quotes", "--set", "log.level=warning").start()) {
      assertThat(busbar.readyLine()).endsWith(" ms: quotes for stocks.work");
      busbar.terminate();
      assertThat(busbar.exitCode()).isZero();
      assertThat(busbar.errLines()).isEmpty();
    }
  }

  @Test
  void optionsApplyBeforeAndAfterTheCommand() {
    String[] arguments = {"--cluster", "--set", "event-loops=5", "quotes", "--print-config"};
    assertThat(print(with(arguments, "--set=limits.subscriptions=7")))
        .contains("  port: 0", "event-loops: 5", "  enabled: true", "  subscriptions: 7");
  }

  @Test
  void takenPortIsAOneLineError() {
    try (BusbarProcess first = options().start()) {
      int port = first.httpPort();
      assertFails(
          options("--set", "http.port=" + port),
          "busbar: http.port " + port + " on 127.0.0.1 is taken");
    }
  }

  @Test
  void foreignHostIsAOneLineError() {
    try (BusbarProcess busbar = options("--set", "http.host=192.0.2.1").launch()) {
      assertThat(busbar.exitCode()).isEqualTo(2);
      assertThat(errorLines(busbar)).hasSize(1);
      assertThat(errorLines(busbar).get(0))
          .startsWith("busbar: http.port 0 on 192.0.2.1 cannot be listened on: ");
    }
  }

  /** With cold files: all clients ask for each file before anybody has had it. */
  @Test
  void thousandRequestsForJarFilesAreAnsweredCompletely() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    try (BusbarProcess busbar = options().jvm("-Djava.io.tmpdir=" + temporary).start()) {
      List<Callable<Boolean>> asked = new ArrayList<>();
      Map<URI, byte[]> files = filesOfTheJar(busbar);
      while (asked.size() < 1000) {
        files.forEach(
            (uri, content) -> asked.addAll(Collections.nCopies(32, () -> isWhole(uri, content))));
      }
      ExecutorService threads = Executors.newFixedThreadPool(32);
      try {
        for (Future<Boolean> whole : threads.invokeAll(asked)) {
          assertThat(whole.get()).isTrue();
        }
      } finally {
        threads.shutdown();
      }
      assertThat(errorLines(busbar)).isEmpty();
    }
    try (Stream<Path> written = Files.walk(folder)) {
      assertThat(written.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.matches(".*\\.(html|js|css|svg|map)"));
    }
  }

  private static Map<URI, byte[]> filesOfTheJar(BusbarProcess busbar) throws IOException {
    Map<URI, byte[]> files = new LinkedHashMap<>();
    try (Stream<Path> pages = Files.list(Path.of("webroot"))) {
      for (Path page : pages.toList()) {
        files.put(busbar.http().resolve("/" + page.getFileName()), Files.readAllBytes(page));
      }
    }
    WebJarVersionLocator libraries = new WebJarVersionLocator();
    for (String[] library :
        new String[][] {
          {"sockjs-client", "dist/sockjs.min.js"},
          {"stomp__stompjs", "bundles/stomp.umd.min.js"},
          {"chart.js", "dist/chart.umd.js"},
          {"chart.js", "dist/chart.umd.js.map"}
        }) {
      String file = libraries.fullPath(library[0], library[1]);
      try (InputStream content = StartIT.class.getClassLoader().getResourceAsStream(file)) {
        String path = "/webjars/" + library[0] + "/" + library[1];
        byte[] bytes = content.readAllBytes();
        files.put(busbar.http().resolve(path), bytes);
        files.put(busbar.admin().resolve(path), bytes);
      }
    }
    files.put(
        busbar.admin().resolve("/console/"),
        Files.readAllBytes(Path.of("src/main/resources/console/index.html")));
    return files;
  }

  private static boolean isWhole(URI uri, byte[] content) throws Exception {
    HttpResponse<byte[]> answer =
        HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).as(uri.toString()).isEqualTo(200);
    assertThat(answer.body()).as(uri.toString()).isEqualTo(content);
    return true;
  }

  @Test
  void pagesInTheWorkingDirectoryComeFirst() throws Exception {
    Files.createDirectory(folder.resolve("webroot"));
    Files.writeString(folder.resolve("webroot/index.html"), "mine");
    try (BusbarProcess busbar = options().start()) {
      HttpResponse<String> page = get(busbar, "/");
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.body()).isEqualTo("mine");
    }
  }

  @Test
  void editedPageIsSeenOnReload() throws Exception {
    Path page = Files.createDirectory(folder.resolve("webroot")).resolve("mine.html");
    Files.writeString(page, "before");
    Files.setLastModifiedTime(page, FileTime.from(Instant.now().minusSeconds(60)));
    try (BusbarProcess busbar = options().set("event-loops", 1).start()) {
      assertThat(get(busbar, "/new.html").statusCode()).isEqualTo(404);
      HttpResponse<String> before = get(busbar, "/mine.html");
      String modified = before.headers().firstValue("Last-Modified").orElseThrow();
      assertThat(get(busbar, "/mine.html", "If-Modified-Since", modified).statusCode())
          .isEqualTo(304);
      Files.writeString(page, "after");
      Files.writeString(folder.resolve("webroot/new.html"), "new");
      await()
          .until(
              () -> get(busbar, "/mine.html", "If-Modified-Since", modified).body(),
              "after"::equals);
      await().until(() -> get(busbar, "/new.html").body(), "new"::equals);
    }
  }

  private static HttpResponse<String> get(BusbarProcess busbar, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(busbar.http().resolve(path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private BusbarProcess.Options stuck(String when) {
    String feature =
        "{verticle: " + StuckVerticle.class.getName() + ", config: {in: " + when + "}}";
    return options("--set", "features=[" + feature + "]").withTestClasses();
  }

  @Test
  void slowCloseIsCutOff() {
    try (BusbarProcess busbar = stuck("stop").set("shutdown.timeout", "50ms").start()) {
      busbar.terminate();
      assertThat(busbar.exitCode()).isZero();
      assertThat(errorLines(busbar).stream().filter(line -> !isOfTheJvm(line)))
          .hasSize(2)
          .last(InstanceOfAssertFactories.STRING)
          .endsWith(" WARN  node: not everything was closed in time; the rest is cut");
    }
  }

  /** Others can take over the work of a dead node, but would not notice a half-dead one. */
  @Test
  void nodeWithoutMemoryEnds() {
    String feature = "features=[{verticle: " + HeapFillingVerticle.class.getName() + "}]";
    try (BusbarProcess busbar =
        options("--set", feature).withTestClasses().jvm("-Xmx64m").launch()) {
      assertThat(busbar.exitCode()).isEqualTo(3);
      assertThat(busbar.errLines()).contains("out of memory: this node ends (-Xmx, operations.md)");
    }
  }

  /** From JDK 24 on, the JVM warns of native code if the jar's manifest does not count. */
  private static boolean isOfTheJvm(String line) {
    return line.isEmpty() || line.startsWith("WARNING: ");
  }

  @Test
  void secondSignalEndsTheNodeAtOnce() {
    try (BusbarProcess busbar = stuck("stop").set("shutdown.timeout", "1h").start()) {
      busbar.terminate();
      busbar.awaitErr("SIGTERM: closing");
      busbar.signal("INT");
      assertThat(busbar.exitCode()).isEqualTo(130);
    }
  }

  @Test
  void hangingStartCanBeStopped() {
    try (BusbarProcess busbar = stuck("start").set("shutdown.timeout", "50ms").launch()) {
      busbar.awaitErr("stuck");
      busbar.terminate();
      assertThat(busbar.exitCode()).isZero();
      assertThat(busbar.outLines()).isEmpty();
    }
  }

  @Test
  void logLevelIsConfigured() {
    try (BusbarProcess busbar = options("--set", "log.level=warning").start()) {
      busbar.terminate();
      assertThat(busbar.exitCode()).isZero();
      assertThat(busbar.errLines()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --set http.prot=1              | busbar: --set: http.prot is not a known key; did you mean http.port?
          --set http.port=x              | busbar: --set: http.port must be a whole number, not "x"
          --set http.port                | busbar: --set http.port: must be written key=value, like http.port=9000
          --set                          | busbar: Missing required parameter for option '--set' (KEY=VALUE)
          --config none.yaml             | busbar: none.yaml: there is no such file
          --config .                     | busbar: .: cannot be read: Is a directory
          --set features=[{verticle:\u00a0io.x.Y}] | busbar: features[0].verticle io.x.Y is not on the class path
          --set features=[{verticle:\u00a0java.lang.String}] | busbar: features[0].verticle java.lang.String is not a verticle
          --prnt-config                  | busbar: Unknown option: '--prnt-config'; did you mean --print-config?
          start                          | busbar: Unmatched argument at index 8: 'start'
          deplyo                         | busbar: Unmatched argument at index 8: 'deplyo'; did you mean deploy?
          """)
  void failureIsOneLineAndExitCode2(String arguments, String line) {
    String[] split = arguments.split(" ");
    for (int i = 0; i < split.length; i++) {
      split[i] = split[i].replace('\u00a0', ' ');
    }
    assertFails(options(split), line);
  }

  @Test
  void invalidFileIsNamedWithItsLine() throws Exception {
    Files.writeString(folder.resolve("my.yaml"), "http:\n  port: 0\n  hostt: a\n");
    assertFails(
        options("--config", "my.yaml"),
        "busbar: my.yaml:3: http.hostt is not a known key; did you mean http.host?");
  }

  @Test
  void unknownVariableStopsTheStart() {
    assertFails(
        options().environment(Map.of("BUSBAR_HTTP_PROT", "1")),
        "busbar: BUSBAR_HTTP_PROT: is not a known variable; did you mean BUSBAR_HTTP_PORT?");
  }

  @Test
  void configInTheWorkingDirectoryIsUsed() throws Exception {
    Files.createDirectories(folder.resolve("config"));
    Files.writeString(folder.resolve("config/busbar.yaml"), "event-loops: 7\n");
    assertThat(print("--print-config")).contains("event-loops: 7");
  }

  @Test
  void environmentAndCommandLineAreUsed() {
    Map<String, String> environment =
        Map.of("BUSBAR_EVENT_LOOPS", "5", "BUSBAR_HTTP_HOST", "localhost", "BUSBAR_TEST_X", "1");
    String[] arguments = {"--cluster", "--set", "event-loops=6", "--print-config"};
    try (BusbarProcess busbar = options(arguments).environment(environment).launch()) {
      assertThat(busbar.exitCode()).isZero();
      assertThat(busbar.outLines())
          .contains("event-loops: 6", "  host: localhost", "  enabled: true");
    }
  }

  @Test
  void printedConfigReadsBackAsTheSame() throws Exception {
    String[] arguments = {
      "--set", "http.origins=[\"*\", https://ä.example]", "--set", "log.level=debug"
    };
    List<String> printed = print(with(arguments, "--print-config"));
    assertThat(printed).contains("  level: debug", "    - https://ä.example");
    Files.write(folder.resolve("printed.yaml"), printed);
    assertThat(print("--config", "printed.yaml", "--print-config")).isEqualTo(printed);
  }

  private static String[] with(String[] arguments, String last) {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = last;
    return all;
  }

  @Test
  void configCheckAcceptsValidAndRejectsInvalid() {
    assertThat(print("--check-config")).containsExactly("configuration is good");
    assertFails(
        options("--set", "http.port=x", "--check-config"),
        "busbar: --set: http.port must be a whole number, not \"x\"");
    assertFails(
        options("--set", "features=[{verticle: A}]", "--check-config"),
        "busbar: features[0].verticle A is not on the class path");
  }

  @Test
  void decidingRuleIsNamedForAUserAndAnAddress() {
    String rules =
        "permissions=[{address: orders.secret, deny: [subscribe]},"
            + " {address: 'orders.#', role: trader, allow: [subscribe]},"
            + " {address: orders.new, user: ann, allow: [send], match: {kind: bid}}]";
    String[] asked = {"--check-config", "--user", "ann", "--role", "trader", "--set", rules};
    assertThat(print(with(asked, "--address=orders.new")))
        .containsExactly(
            "configuration is good",
            "subscribe orders.new: allowed by permissions[1] orders.#",
            "publish orders.new: refused: no rule decides",
            "send orders.new: allowed by permissions[2] orders.new where the message has"
                + " {\"kind\":\"bid\"}, else refused: no rule decides");
    assertThat(print(with(asked, "--address=orders.secret")))
        .contains("subscribe orders.secret: refused by permissions[0] orders.secret");
  }

  @Test
  void versionAndHelpArePrinted() {
    assertThat(print("--version")).singleElement().asString().matches(VERSION);
    assertThat(print("--help"))
        .contains("One bus, every socket: a real-time gateway on the Vert.x event bus.");
  }
}
