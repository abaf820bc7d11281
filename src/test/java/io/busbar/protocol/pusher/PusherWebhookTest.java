package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.pusher.rest.Pusher;
import com.pusher.rest.data.Validity;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.busbar.TestGateway;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an app's backend is told, as Pusher's library for Java reads it. */
final class PusherWebhookTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<JsonObject> told = new CopyOnWriteArrayList<>();
  private final List<Validity> signed = new CopyOnWriteArrayList<>();
  private HttpServer backend;
  private TestGateway gateway;

  @BeforeEach
  void start() throws IOException {
    backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    backend.createContext("/", this::take);
    backend.start();
    String url = "http://127.0.0.1:" + backend.getAddress().getPort() + "/hook";
    gateway =
        TestGateway.start(
            "permissions=[{address: '*', allow: [subscribe]}]",
            "pusher.apps=[{id: '3', key: demo-key, secret: demo-secret, webhooks: [{url: '"
                + url
                + "', events: [channel_occupied, channel_vacated, member_added, member_removed,"
                + " client_event, cache_miss]}]},"
                + " {id: '4', key: other-key, secret: other-secret, address: '{app}.{channel}'}]");
  }

  @AfterEach
  void stop() {
    gateway.close();
    backend.stop(0);
  }

  private void take(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    try (Pusher library = new Pusher("3", "demo-key", "demo-secret")) {
      signed.add(
          library.validateWebhookSignature(
              exchange.getRequestHeaders().getFirst("X-Pusher-Key"),
              exchange.getRequestHeaders().getFirst("X-Pusher-Signature"),
              body));
    } catch (Exception e) {
      throw new IOException(e);
    }
    JsonObject said = new JsonObject(body);
    assertThat(said.getLong("time_ms")).isPositive();
    said.getJsonArray("events").forEach(each -> told.add((JsonObject) each));
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  private void awaitTold(String... events) {
    List<JsonObject> wanted =
        Stream.of(events).map(each -> new JsonObject(each.replace('\'', '"'))).toList();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(told).containsAll(wanted));
  }

  @Test
  void aBackendIsToldWhatHappensInTheChannelsOfItsApp() {
    try (PusherClient one = PusherClient.connect(gateway.httpPort());
        PusherClient two = PusherClient.connect(gateway.httpPort())) {
      one.subscribe("presence-room", "ann");
      two.subscribe("presence-room", "ann");
      one.subscribe("private-talk");
      one.subscribe("chat");
      one.subscribe("cache-empty");
      one.next("pusher:cache_miss");
      one.say("client-typing", "presence-room", new JsonObject().put("n", 1));
      two.next("client-typing");
      awaitTold(
          "{'name':'channel_occupied','channel':'presence-room'}",
          "{'name':'member_added','channel':'presence-room','user_id':'ann'}",
          "{'name':'channel_occupied','channel':'private-talk'}",
          "{'name':'channel_occupied','channel':'chat'}",
          "{'name':'cache_miss','channel':'cache-empty'}",
          "{'name':'client_event','channel':'presence-room','event':'client-typing',"
              + "'data':'{\\'n\\':1}','socket_id':'"
              + one.socketId()
              + "','user_id':'ann'}");
    }
    awaitTold(
        "{'name':'member_removed','channel':'presence-room','user_id':'ann'}",
        "{'name':'channel_vacated','channel':'presence-room'}",
        "{'name':'channel_vacated','channel':'private-talk'}",
        "{'name':'channel_vacated','channel':'chat'}");
    assertThat(signed).isNotEmpty().containsOnly(Validity.VALID);
    assertThat(told).filteredOn(each -> each.getString("name").startsWith("member_")).hasSize(2);
  }
}
