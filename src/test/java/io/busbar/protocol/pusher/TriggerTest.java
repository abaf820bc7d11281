package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.config.PusherConfig;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The events of backends on the bus. */
@ExtendWith(VertxExtension.class)
final class TriggerTest {
  private static final PusherApp APP =
      new PusherApp(
          new PusherConfig.App(
              "3", "key", "secret", null, "{app}.{channel}", null, null, null, null));

  @Test
  void triggeredEventIsPublishedToTheAddress(Vertx vertx) throws Exception {
    CompletableFuture<Message<Object>> received = new CompletableFuture<>();
    vertx.eventBus().consumer("3.chat", received::complete);
    PusherEvent event = PusherEvent.of("said", "{ \"text\": \"hi\" }", "1.2", "ann");
    new Trigger(vertx, null).publish(APP, "chat", event);
    Message<Object> message = received.get(10, TimeUnit.SECONDS);
    assertThat(message.body()).isEqualTo(new JsonObject().put("text", "hi"));
    assertThat(message.isSend()).isFalse();
    assertThat(message.headers().get("name")).isEqualTo("said");
    assertThat(message.headers().get("busbar-data")).isEqualTo("{ \"text\": \"hi\" }");
    assertThat(message.headers().get("busbar-except")).isEqualTo("1.2");
    assertThat(message.headers().get("busbar-user")).isEqualTo("ann");
  }

  @Test
  void plainEventHasNoExtraHeaders(Vertx vertx) throws Exception {
    CompletableFuture<Message<Object>> received = new CompletableFuture<>();
    vertx.eventBus().consumer("3.chat", received::complete);
    new Trigger(vertx, null).publish(APP, "chat", PusherEvent.of("said", "5", null, null));
    assertThat(received.get(10, TimeUnit.SECONDS).headers().names()).containsExactly("name");
  }
}
