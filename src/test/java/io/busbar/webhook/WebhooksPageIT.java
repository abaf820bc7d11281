package io.busbar.webhook;

import static io.busbar.webhook.WebhookGateway.sayAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import io.busbar.FreePort;
import io.busbar.TestGateway;
import io.busbar.TestJvm;
import io.busbar.client.NodeClients;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the receivers of webhooks.md, word for word: they accept only signed requests. */
final class WebhooksPageIT {
  private static final Path PAGE = Path.of("src", "site", "markdown", "webhooks.md");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void receiverInNodeAcceptsOnlySignedRequests() throws Exception {
    NodeClients.assumeInstalled();
    Path program = Files.writeString(NodeClients.install().resolve("receiver.mjs"), code("js"));
    acceptsOnlySignedRequests("node", program.toString());
  }

  @Test
  void receiverInPythonAcceptsOnlySignedRequests() throws Exception {
    Path program = Files.writeString(folder.resolve("receiver.py"), code("python"));
    acceptsOnlySignedRequests("/usr/bin/python3", program.toString());
  }

  @Test
  void receiverInJavaAcceptsOnlySignedRequests() throws Exception {
    Path program = Files.writeString(folder.resolve("Receiver.java"), code("java"));
    Path library =
        Path.of(Webhook.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    acceptsOnlySignedRequests(TestJvm.java(), "-cp", library.toString(), program.toString());
  }

  /** The only block of code in that language. */
  private static String code(String language) throws IOException {
    List<String> parts = List.of(Files.readString(PAGE).split("```" + language + "\n"));
    assertThat(parts).hasSize(2);
    return parts.get(1).substring(0, parts.get(1).indexOf("```"));
  }

  private static void acceptsOnlySignedRequests(String... command) throws Exception {
    int port = FreePort.find();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("WEBHOOK_SECRET", Receiver.SECRET);
    builder.environment().put("PORT", Integer.toString(port));
    Process receiver = builder.start();
    List<String> said = new CopyOnWriteArrayList<>();
    Thread reading = new Thread(() -> read(receiver, said), "receiver-output");
    reading.start();
    try {
      await().atMost(PATIENCE).until(() -> !receiver.isAlive() || isOpen(port));
      String hook =
          "webhooks=[{url: 'http://127.0.0.1:"
              + port
              + "/hook', secret: "
              + Receiver.SECRET
              + ", events: [member_added], delay: 50ms}]";
      try (TestGateway gateway = TestGateway.start(hook)) {
        sayAll(gateway, 0, 3);
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(String.join("\n", said))
                        .contains("grace")
                        .containsPattern("\"number\": ?2"));
      }
      assertThat(forged(port)).isEqualTo(400);
      assertThat(String.join("\n", said)).doesNotContain("forged");
    } finally {
      receiver.destroyForcibly().waitFor();
      reading.join();
    }
  }

  private static void read(Process process, List<String> lines) {
    try (BufferedReader reader = process.inputReader()) {
      reader.lines().forEach(lines::add);
    } catch (IOException | java.io.UncheckedIOException e) {
      lines.add("(cut off: " + e + ")");
    }
  }

  private static boolean isOpen(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  /** The status of a request whose signature is for another body. */
  private static int forged(int port) throws Exception {
    long now = System.currentTimeMillis() / 1000;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/hook"))
            .header("webhook-id", "msg_1")
            .header("webhook-timestamp", Long.toString(now))
            .header("webhook-signature", new Webhook(Receiver.SECRET).sign("msg_1", now, "{}"))
            .POST(BodyPublishers.ofString("{\"events\":[{\"name\":\"forged\"}]}"))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }
}
