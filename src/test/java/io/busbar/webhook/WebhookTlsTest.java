package io.busbar.webhook;

import static io.busbar.webhook.WebhookGateway.sayAll;
import static io.busbar.webhook.WebhookGateway.setting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.net.Certificates;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests endpoints over TLS. */
final class WebhookTlsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final List<String> received = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    TestGateway.await(vertx.close());
  }

  /** Starts an endpoint with the certificate of localhost and 127.0.0.1. Returns its port. */
  private int endpoint(String host) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .addCertPath(Certificates.file("first.pem").toString())
                    .addKeyPath(Certificates.file("first.key").toString()));
    return TestGateway.await(
            vertx
                .createHttpServer(options)
                .requestHandler(
                    request -> {
                      received.add(request.path());
                      request.response().end();
                    })
                .listen(0, host))
        .actualPort();
  }

  private static String hook(String name, String url, String trust) {
    return "{name: "
        + name
        + ", url: '"
        + url
        + "', secret: "
        + Receiver.SECRET
        + ", events: [member_added], delay: 0ms, back-off: {first: 10ms, longest: 20ms}"
        + (trust.isEmpty() ? "" : ", trust: '" + Certificates.file(trust) + "'")
        + "}";
  }

  @Test
  void endpointWithAWrongCertificateReceivesNothing() {
    int port = endpoint("127.0.0.1");
    int other = endpoint("127.0.0.2");
    String[] hooks = {
      hook("right", "https://localhost:" + port + "/right", "first.pem"),
      hook("unknown", "https://localhost:" + port + "/unknown", ""),
      hook("another", "https://localhost:" + port + "/another", "second.pem"),
      hook("elsewhere", "https://127.0.0.2:" + other + "/elsewhere", "first.pem")
    };
    try (TestGateway gateway = TestGateway.start(setting(hooks))) {
      sayAll(gateway, 0, 1);
      await().atMost(PATIENCE).until(() -> received.contains("/right"));
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  status(gateway).stream()
                      .map(JsonObject.class::cast)
                      .filter(each -> !each.getString("name").equals("right"))
                      .allMatch(each -> each.getJsonObject("failed").getLong("connection") >= 2));
      assertThat(received).containsOnly("/right");
    }
  }

  private static JsonArray status(TestGateway gateway) {
    return TestGateway.await(gateway.bus().<JsonObject>request(WebhookVerticle.STATUS, null))
        .body()
        .getJsonArray("webhooks");
  }

  @Test
  void missingTrustFileStopsTheStart() {
    String hook = hook("shop", "https://localhost/", "nowhere.pem");
    assertThatThrownBy(() -> TestGateway.start(setting(hook)))
        .hasMessageContaining("webhook shop: trust: cannot read the file")
        .hasMessageContaining("nowhere.pem");
  }
}
