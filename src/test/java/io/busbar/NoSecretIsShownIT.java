package io.busbar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.net.Certificates;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that a gateway does not show secrets. It runs the jar with a secret in every possible
 * place, logs as much as it can, and causes failures. Then it looks for the secrets in its output,
 * its answers and its metrics.
 */
final class NoSecretIsShownIT {
  /** The password of our certificate's PKCS#12 file. */
  private static final String PKCS12 = "correct-horse";

  /** A part of every other secret. */
  private static final String PLANTED = "p1anted";

  private static final String JWT = PLANTED + "-jwt-secret-of-thirty-two-bytes";
  private static final String WEBHOOK = "whsec_" + PLANTED + "AAAAAAAAAAAAAAAAAAAAAAAAA";
  private static final String ADMIN = PLANTED + "-admin-token";
  private static final String TOKEN = "eyJhbGciOiJIUzI1NiJ9." + PLANTED + ".c2ln";

  @TempDir private Path folder;
  private final Map<String, String> seen = new LinkedHashMap<>();

  private String config() {
    return """
    log: {level: trace}
    features: []
    http:
      port: 0
      tls: {pkcs12: %s, password: %s}
    stomp: {port: 0}
    rabbitmq:
      uri: amqp://user:%s-rabbit@127.0.0.1:1/%%2F
      routes: [{queue: q, address: public.q}]
    webhooks: [{url: 'http://127.0.0.1:1/', secret: %s, events: [session_opened]}]
    pusher: {apps: [{id: '3', key: open-key, secret: %s}]}
    auth:
      cookie: who
      query-parameter: access
      jwt: {secret: %s}
    admin: {port: 0, token: %s}
    """
        .formatted(
            Certificates.file("first.p12").toAbsolutePath(),
            PKCS12,
            PLANTED,
            WEBHOOK,
            PLANTED,
            JWT,
            ADMIN);
  }

  private void record(String where, String what) {
    seen.merge(where, what, (before, more) -> before + "\n" + more);
  }

  @Test
  void noSecretIsShown() throws Exception {
    Path file = Files.writeString(folder.resolve("my.yaml"), config());
    BusbarProcess.Options options =
        BusbarProcess.plain().in(folder).arguments("--config", "my.yaml");
    try (BusbarProcess busbar = options.start()) {
      clients(busbar);
      operator(busbar);
      Files.writeString(file, config() + "passwort: " + PLANTED + "\n");
      busbar.signal("HUP");
      busbar.awaitErr("the configuration stays as it was");
      busbar.terminate();
      assertThat(busbar.exitCode()).isZero();
      record("log", String.join("\n", busbar.errLines()));
      record("output", String.join("\n", busbar.outLines()));
    }
    Files.writeString(file, config());
    command("--print-config");
    command("--check-config", "--user", "ann", "--address", "public.a");
    command("--check-config", "--set", "auth.jwt.secret=" + PLANTED);
    command("--check-config", "--set", "admin.token=" + PLANTED);
    command("--check-config", "--set", "webhooks=[{secret: " + PLANTED + "}]");
    command("--check-config", "--set", "pusher.apps=[{id: '3', secret: " + PLANTED + "}]");
    command("--check-config", "--set", "admin.tokn=" + PLANTED);
    command("--check-config", "--set", "rabbitmq.uri=http://user:" + PLANTED + "@host");
    command("--set", "http.tls.password=" + PLANTED);

    assertThat(seen.get("log")).contains("DEBUG", "rabbitmq", "webhook");
    assertThat(seen.get("stomp")).contains("login and passcode are not right");
    assertThat(seen.get("http")).contains("login is not right");
    assertThat(seen.get("/metrics")).contains("busbar_sessions");
    seen.forEach(
        (where, what) ->
            assertThat(what).as(where).doesNotContainIgnoringCase(PLANTED).doesNotContain(PKCS12));
  }

  private void clients(BusbarProcess busbar) throws Exception {
    HttpClient client =
        HttpClient.newBuilder().sslContext(Certificates.client(false, "first")).build();
    URI http = busbar.https();
    byte[] both = ("user:" + PLANTED).getBytes(StandardCharsets.UTF_8);
    String basic = Base64.getEncoder().encodeToString(both);
    record(
        "http", ask(client, http.resolve("/eventbus/0/a/xhr"), "Authorization", "Bearer " + TOKEN));
    record(
        "http", ask(client, http.resolve("/eventbus/0/b/xhr"), "Authorization", "Basic " + basic));
    record("http", ask(client, http.resolve("/eventbus/0/c/xhr"), "Authorization", PLANTED));
    record("http", ask(client, http.resolve("/eventbus/0/d/xhr"), "Cookie", "who=" + TOKEN));
    record("http", ask(client, http.resolve("/eventbus/0/e/xhr?access=" + TOKEN)));
    record("http", ask(client, http.resolve("/nowhere?access=" + TOKEN)));
    ask(client, http.resolve("/eventbus/0/f/xhr"));
    String login = "{\\\"type\\\":\\\"login\\\",\\\"token\\\":\\\"" + TOKEN + "\\\"}";
    record(
        "bridge",
        ask(client, http.resolve("/eventbus/0/f/xhr_send"), "Body", "[\"" + login + "\"]"));
    record("bridge", ask(client, http.resolve("/eventbus/0/f/xhr")));
    record("stomp", stomp(busbar.stompPort(), "login:user\npasscode:" + PLANTED));
    record("stomp", stomp(busbar.stompPort(), "passcode:" + TOKEN));
    record("stomp", stomp(busbar.stompPort(), "passcode:" + PLANTED + "\n" + PLANTED));
  }

  /** Sends a POST. The header "Body" is its body. */
  private static String ask(HttpClient client, URI uri, String... header) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30));
    boolean body = header.length > 0 && header[0].equals("Body");
    request.POST(body ? BodyPublishers.ofString(header[1]) : BodyPublishers.noBody());
    if (header.length > 0 && !body) {
      request.header(header[0], header[1]);
    }
    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.headers().map() + answer.body();
  }

  private static String stomp(int port, String headers) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      OutputStream out = socket.getOutputStream();
      String frame = "CONNECT\naccept-version:1.2\nhost:h\n" + headers + "\n\n\0";
      out.write(frame.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void operator(BusbarProcess busbar) {
    HttpClient client = HttpClient.newHttpClient();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> String.join("", busbar.errLines()).contains("rabbitmq"));
    for (String path :
        new String[] {
          "/metrics", "/health/ready", "/api/sessions", "/api/channels", "/api/channels/x", "/x"
        }) {
      record(path, get(client, busbar.admin().resolve(path), "Bearer " + ADMIN));
      record(path, get(client, busbar.admin().resolve(path), "Bearer " + PLANTED + "-wrong"));
    }
  }

  private static String get(HttpClient client, URI uri, String authorization) {
    HttpRequest request =
        HttpRequest.newBuilder(uri).header("Authorization", authorization).build();
    try {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.headers().map() + answer.body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void command(String... arguments) {
    BusbarProcess.Options options = BusbarProcess.plain().in(folder);
    try (BusbarProcess busbar =
        options.arguments("--config", "my.yaml").arguments(arguments).launch()) {
      int code = busbar.exitCode();
      String all = code + "\n" + busbar.outLines() + "\n" + busbar.errLines();
      record(arguments[0] + (arguments.length > 2 ? arguments[1] : ""), all);
    }
  }
}
