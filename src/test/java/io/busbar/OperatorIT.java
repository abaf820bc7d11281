package io.busbar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.busbar.admin.BridgeListener;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the work of an operator on a running gateway: a new configuration, and a restart that
 * disturbs nobody.
 */
final class OperatorIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String OPEN =
      "permissions: [{address: public.*, allow: [subscribe, publish]}]\n";

  @TempDir private Path folder;
  private Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() {
    TestGateway.await(vertx.close());
  }

  private void configure(String yaml) throws IOException {
    Files.writeString(folder.resolve("my.yaml"), yaml);
  }

  private BridgeListener listener(BusbarProcess busbar) {
    BridgeListener client = new BridgeListener(vertx, busbar.httpPort());
    client.say("register", "public.a").say("publish", "public.a");
    await().atMost(PATIENCE).until(() -> !client.received().isEmpty());
    return client;
  }

  @Test
  void changedConfigIsAppliedAndAnInvalidOneIsNot() throws Exception {
    configure(OPEN);
    try (BusbarProcess busbar =
        BusbarProcess.options().in(folder).arguments("--config", "my.yaml").start()) {
      BridgeListener client = listener(busbar);
      configure(
          "permissions: []\nlog: {level: debug}\nhttp: {request-timeout: 9s}\nfeatures: []\n");
      busbar.awaitErr("reload 1: the configuration was read again: log.level, permissions");
      busbar.awaitErr(
          "reload 1: changed, but not before a restart: features, http.request-timeout");
      assertThat(client.closeCode().get(30, TimeUnit.SECONDS)).isEqualTo(4402);
      busbar.awaitErr("DEBUG hub: session");

      configure("http: {prot: 1}\n");
      busbar.awaitErr(
          "WARN  node: reload 2: the configuration stays as it was: my.yaml:1: http.prot is not a"
              + " known key; did you mean http.port?");
      configure(OPEN + "log: {format: json}\n");
      busbar.awaitErr("\"message\":\"reload 3: the configuration was read again: log.format");
      listener(busbar);

      busbar.terminate();
      assertThat(busbar.exitCode()).isZero();
    }
  }

  @Test
  void hangUpReloadsEverything() throws IOException {
    assumeThat(isHangUpIgnored()).as("started by nohup").isFalse();
    configure("http: {port: 0, tls: {self-signed: true}}\nstomp: {port: 0}\nadmin: {port: 0}\n");
    try (BusbarProcess busbar =
        BusbarProcess.plain().in(folder).arguments("--config", "my.yaml").start()) {
      busbar.signal("HUP");
      busbar.awaitErr("SIGHUP: configuration, users, keys and certificates are read again");
      busbar.awaitErr("users were read again");
      busbar.awaitErr("reload 1: the configuration was read again: nothing that can be taken");
      busbar.terminate();
      assertThat(busbar.exitCode()).isZero();
    }
  }

  /** The process that starts the tests may ignore SIGHUP. A JVM then ignores it, too. */
  private static boolean isHangUpIgnored() throws IOException {
    String ignored = "SigIgn:";
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith(ignored))
        .anyMatch(
            line -> Long.parseUnsignedLong(line.substring(ignored.length()).strip(), 16) % 2 == 1);
  }

  @Test
  void leavingNodeServesClientsUntilItClosesThem() throws Exception {
    try (BusbarProcess busbar = BusbarProcess.options().set("shutdown.pause", "10s").start()) {
      BridgeListener before = listener(busbar);
      assertThat(ready(busbar).statusCode()).isEqualTo(200);
      busbar.terminate();
      await().atMost(PATIENCE).until(() -> ready(busbar).statusCode() == 503);
      assertThat(new JsonObject(ready(busbar).body()).encode()).contains("about to leave");
      assertThat(ask(busbar, "/health/live").statusCode()).isEqualTo(200);
      assertThat(before.closeCode()).isNotDone();
      BridgeListener during = listener(busbar);
      assertThat(before.closeCode().get(30, TimeUnit.SECONDS)).isEqualTo(1001);
      assertThat(during.closeCode().get(30, TimeUnit.SECONDS)).isEqualTo(1001);
      assertThat(busbar.exitCode()).isZero();
      assertThat(busbar.errLines()).noneMatch(line -> line.contains("not everything was closed"));
    }
  }

  private static HttpResponse<String> ready(BusbarProcess busbar) throws Exception {
    return ask(busbar, "/health/ready");
  }

  private static HttpResponse<String> ask(BusbarProcess busbar, String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(busbar.admin().resolve(path)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }
}
