package io.busbar.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.MarkdownPage;
import io.busbar.TestJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that the commands of start.md and the README do what these pages say. */
final class StartPageIT {
  private static final MarkdownPage PAGE =
      MarkdownPage.read(Path.of("src", "site", "markdown", "start.md"));

  private static final Pattern READY = Pattern.compile("Busbar ready .*?http://([^ ]+:\\d+)");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static Gateway gateway;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    gateway = new Gateway();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  static List<String> nodeExamples() {
    return PAGE.code("js");
  }

  /** The only shell block that contains this text. */
  private static String shell(String part) {
    List<String> found = PAGE.code("sh").stream().filter(code -> code.contains(part)).toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  /** Replaces the ports of the page by those of this gateway. */
  private static String here(String code) {
    String here =
        code.replace("127.0.0.1:8080", gateway.url().getAuthority())
            .replace("127.0.0.1:8081", gateway.admin().getAuthority())
            .replace("61613", Integer.toString(gateway.stompPort()));
    assertThat(here).isNotEqualTo(code);
    return here;
  }

  /** A program that runs until it is closed. */
  private static final class Program implements AutoCloseable {
    private final Process process;
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final Thread reading;

    Program(Path folder, List<String> command) throws IOException {
      process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      reading = new Thread(this::read, "output-of-example");
      reading.start();
    }

    private void read() {
      try (BufferedReader reader = process.inputReader()) {
        reader.lines().forEach(said::add);
      } catch (IOException | UncheckedIOException e) {
        said.add("(cut off: " + e + ")");
      }
    }

    void says(String words) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(String.join("\n", said)).contains(words));
    }

    @Override
    public void close() throws InterruptedException {
      process.destroyForcibly().waitFor();
      reading.join();
    }
  }

  private String run(String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("bash", "-c", command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(command + ": " + said).isZero();
    return said;
  }

  @ParameterizedTest
  @MethodSource("nodeExamples")
  void nodeExampleReceivesItsOwnMessage(String code) throws Exception {
    NodeClients.assumeInstalled();
    List<String> command = List.of("node", "--input-type=commonjs", "-e", here(code));
    try (Program program = new Program(NodeClients.install(), command)) {
      program.says(code.contains("everybody") ? "everybody" : "hello");
    }
  }

  @Test
  void pythonExampleReceivesItsOwnMessage() throws Exception {
    Interpreter python = Interpreter.python("stomp");
    python.assumeThere("the example of start.md");
    assertThat(PAGE.code("python")).hasSize(1);
    String code = here(PAGE.code("python").get(0));
    try (Program program = new Program(folder, List.of(python.path(), "-c", code))) {
      program.says("hello");
    }
  }

  @Test
  void curlReceivesWhatCurlPublishes() throws Exception {
    List<String> lines = here(shell("/events?channel=")).lines().toList();
    assertThat(lines).hasSize(2);
    String listen = "exec " + lines.get(0).replace(" &", "");
    try (Program listener = new Program(folder, List.of("bash", "-c", listen))) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                run(lines.get(1));
                return String.join("\n", listener.said).contains("everybody");
              });
    }
  }

  @Test
  void adminPortAnswers() throws Exception {
    for (String line : here(shell("/health/ready")).lines().toList()) {
      run(line.replaceFirst("^curl ", "curl -f "));
    }
  }

  /**
   * These commands start several nodes, or need RabbitMQ. So the test only checks their settings.
   */
  @Test
  void settingsOfOtherCommandsAreValid() throws Exception {
    String jar = TestJvm.jar().toAbsolutePath().toString();
    List<String> lines =
        PAGE.code("sh").stream()
            .flatMap(String::lines)
            .filter(line -> line.startsWith("java -jar target/busbar.jar"))
            .toList();
    assertThat(lines).hasSizeGreaterThan(4);
    for (String line : lines) {
      String check =
          line.replace(" &", "")
              .replace("target/busbar.jar", jar)
              .replace(" config/", " " + Path.of("config").toAbsolutePath() + "/");
      run(check + " --check-config");
    }
  }

  @Test
  void ownFeatureAnswersRequests() throws Exception {
    Files.createDirectories(folder.resolve("target"));
    Files.createSymbolicLink(folder.resolve("target/busbar.jar"), TestJvm.jar().toAbsolutePath());
    Files.writeString(folder.resolve("ShoutVerticle.java"), PAGE.code("java").get(0));
    Files.writeString(folder.resolve("shout.yaml"), PAGE.code("yaml").get(0));
    List<String> lines = shell("javac").lines().toList();
    assertThat(lines).hasSize(2);
    run(lines.get(0));
    String settings = " --set http.port=0 --set stomp.port=0 --set admin.port=0";
    List<String> command = List.of("bash", "-c", "exec " + lines.get(1) + settings);
    try (Program node = new Program(folder, command)) {
      node.says("Busbar ready");
      String ready = String.join("\n", node.said);
      Matcher http = READY.matcher(ready);
      assertThat(http.find()).isTrue();
      assertThat(ask(http.group(1), "shout", "hello")).contains("HELLO");
    }
  }

  private static String ask(String authority, String address, String body) throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    WebSocket.Listener listener =
        new WebSocket.Listener() {
          @Override
          public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            answer.complete(text.toString());
            return null;
          }
        };
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create("ws://" + authority + "/eventbus/websocket"), listener)
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    String message =
        "{\"type\":\"send\",\"address\":\"%s\",\"body\":\"%s\",\"replyAddress\":\"1\"}";
    socket.sendText(message.formatted(address, body), true);
    try {
      return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } finally {
      socket.abort();
    }
  }

  @Test
  void readmeHasTheSameCommands() {
    List<String> readme = MarkdownPage.read(Path.of("README.md")).code("sh");
    assertThat(readme).isNotEmpty();
    assertThat(PAGE.code("sh")).containsAll(readme);
  }
}
