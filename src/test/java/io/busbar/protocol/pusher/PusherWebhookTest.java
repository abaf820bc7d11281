package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import com.pusher.rest.data.Validity;
import io.busbar.TestGateway;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Webhook events to an app's backend, as Pusher's Java library reads them. */
final class PusherWebhookTest {
  private WebhookBackend backend;
  private TestGateway gateway;

  @BeforeEach
  void start() throws IOException {
    backend = new WebhookBackend();
    String app =
        backend.app(
            "channel_occupied, channel_vacated, member_added, member_removed, client_event, cache_miss");
    gateway =
        TestGateway.start(
            "permissions=[{address: '*', allow: [subscribe]}]",
            "pusher.apps=["
                + app
                + ", {id: '4', key: other-key, secret: other-secret, address: '{app}.{channel}'}]");
  }

  @AfterEach
  void stop() {
    gateway.close();
    backend.close();
  }

  @Test
  void backendReceivesSignedWebhooksOfItsApp() {
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
      backend.awaitTold(
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
    backend.awaitTold(
        "{'name':'member_removed','channel':'presence-room','user_id':'ann'}",
        "{'name':'channel_vacated','channel':'presence-room'}",
        "{'name':'channel_vacated','channel':'private-talk'}",
        "{'name':'channel_vacated','channel':'chat'}");
    assertThat(backend.signed()).isNotEmpty().containsOnly(Validity.VALID);
    assertThat(backend.receivedEvents())
        .filteredOn(each -> each.getString("name").startsWith("member_"))
        .hasSize(2);
  }
}
