package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Limits of apps and connections, and random messages. */
final class PusherLimitsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int ROUNDS = 40;
  private static final int MESSAGES_A_ROUND = 500;

  private final TestGateway gateway =
      TestGateway.start(
          "permissions=[{address: 'public.#', allow: [subscribe]}]",
          "pusher.apps=[{id: '3', key: demo-key, secret: demo-secret,"
              + " limits: {connections: 2, channels: 2, members: 1, event-size: 128}},"
              + " {id: '4', key: off-key, secret: x, enabled: false},"
              + " {id: '5', key: quiet-key, secret: demo-secret, client-events: false}]");
  private final List<PusherClient> clients = new ArrayList<>();

  @AfterEach
  void stop() {
    clients.forEach(PusherClient::close);
    gateway.close();
  }

  private PusherClient client() {
    PusherClient client = PusherClient.connect(gateway.httpPort());
    clients.add(client);
    return client;
  }

  private int closeCode(String key) {
    PusherClient client = PusherClient.to(gateway.httpPort(), "/app/" + key + "?protocol=7");
    clients.add(client);
    return client.pipe().closeCode();
  }

  @Test
  void tooManyConnectionsOfAnAppAreRefused() {
    client();
    PusherClient second = client();
    assertThat(closeCode("demo-key")).isEqualTo(4004);
    second.close();
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 1);
    assertThat(client().socketId()).isNotNull();
  }

  @Test
  void disabledAppIsRefused() {
    assertThat(closeCode("off-key")).isEqualTo(4003);
  }

  @Test
  void tooManyChannelsOfAConnectionAreRefused() {
    PusherClient client = client();
    client.subscribe("public.a");
    client.subscribe("public.b");
    client.asks("public.c", null);
    JsonObject error = client.data("pusher:subscription_error");
    assertThat(error.getString("type")).isEqualTo("LimitReached");
    client.say("pusher:unsubscribe", new JsonObject().put("channel", "public.a"));
    client.subscribe("public.c");
  }

  @Test
  void tooManyUsersOfAPresenceChannelAreRefused() {
    client().subscribe("presence-a", "ann");
    PusherClient other = client();
    other.asks("presence-a", "{\"user_id\":\"bob\"}");
    assertThat(other.data("pusher:subscription_error").getString("type")).isEqualTo("LimitReached");
    assertThat(other.subscribe("presence-a", "ann").getJsonObject("presence").getInteger("count"))
        .isEqualTo(1);
  }

  @Test
  void clientEventsCanBeDisabledForAnApp() {
    PusherClient client = PusherClient.to(gateway.httpPort(), "/app/quiet-key?protocol=7");
    clients.add(client);
    client.next("pusher:connection_established");
    client.say("client-a", "private-a", "x");
    assertThat(client.error(4301)).isEqualTo("the application has no client events");
  }

  /** Each message has an error or no answer; the connection stays open, and others are served. */
  @Test
  void randomMessagesCauseOnlyProtocolErrors() {
    PusherClient client = client();
    Random random = new Random(19);
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < MESSAGES_A_ROUND; i++) {
        client.pipe().send(message(random));
      }
      client.say("pusher:ping", new JsonObject());
      assertOnlyErrorsUntilThePong(client);
    }
    client().subscribe("public.a");
  }

  private static void assertOnlyErrorsUntilThePong(PusherClient client) {
    String received = client.next().getString("event");
    while (!received.equals("pusher:pong")) {
      assertThat(received)
          .isIn(
              "pusher:error",
              "pusher:subscription_error",
              "pusher_internal:subscription_succeeded");
      received = client.next().getString("event");
    }
  }

  /** Returns a random message made of meaningful parts. */
  private static String message(Random random) {
    String[] events = {"pusher:subscribe", "pusher:unsubscribe", "client-x", "said", "pusher:pong"};
    String[] values = {
      "{}",
      "[]",
      "1",
      "\"\"",
      "null",
      "{\"channel\":\"public.a\"}",
      "{\"channel\":\"private-a\"}",
      "{\"channel\":\"presence-\",\"auth\":\"demo-key:0\"}",
      "\"{\\\"channel\\\":\\\"a b\\\"}\"",
      "{",
      "\ud83d\ude00",
      "{\"channel\":7}",
      "{\"channel\":\"cache-a\",\"since\":1}",
      "\"\\ud800\""
    };
    String message =
        "{\"event\":\""
            + events[random.nextInt(events.length)]
            + "\",\"channel\":"
            + values[random.nextInt(values.length)]
            + ",\"data\":"
            + values[random.nextInt(values.length)]
            + "}";
    return random.nextInt(4) == 0 ? message.substring(random.nextInt(message.length())) : message;
  }
}
