package io.busbar.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.config.Config;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests of messages from a session that has a subscription in flight. */
final class PendingSubscriptionsTest {
  private static final Encoder ENCODER = message -> EncodedMessage.text("");

  private final Vertx vertx = Vertx.vertx();
  private final EventBus bus = vertx.eventBus();
  private final Hub hub = new Hub(vertx, Config.defaults());
  private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    TestGateway.await(vertx.close());
  }

  /** Runs the script while a subscription is in flight; it lands in a later task of the loop. */
  private void whileSubscribing(Consumer<Session> script) {
    hub.ownerOf("public.loop")
        .runOnContext(
            nothing -> {
              Session session = hub.join(new NoTransport(), "test", Principal.NOBODY);
              hub.subscribe(session, SubscriptionRequest.of("key", "public.new", ENCODER));
              script.accept(session);
            });
  }

  private void publish(Session session, String text) {
    assertThat(hub.publish(session, "public.heard", Payload.text(text), null)).isNull();
  }

  private Object next() throws InterruptedException {
    return received.poll(20, TimeUnit.SECONDS);
  }

  @Test
  void messagesAreSentAlthoughTheSessionLeaves() throws Exception {
    bus.consumer("public.heard", message -> received.add(message.body()));
    whileSubscribing(
        session -> {
          publish(session, "first");
          publish(session, "second");
          hub.leave(session);
        });
    assertThat(next()).isEqualTo("first");
    assertThat(next()).isEqualTo("second");
  }

  @Test
  void messagesAndRepliesKeepTheirOrder() throws Exception {
    BlockingQueue<Message<Object>> asked = new LinkedBlockingQueue<>();
    bus.consumer("public.asked", asked::add);
    Context one = vertx.getOrCreateContext();
    one.runOnContext(
        nothing -> {
          bus.consumer("public.heard", message -> received.add(message.body()));
          bus.request("public.asked", "?").onSuccess(answer -> received.add(answer.body()));
        });
    Message<Object> question = asked.poll(20, TimeUnit.SECONDS);
    whileSubscribing(
        session -> {
          session.owe(question);
          publish(session, "first");
          hub.reply(session, question.replyAddress(), Payload.text("answer"), null);
          publish(session, "last");
        });
    assertThat(next()).isEqualTo("first");
    assertThat(next()).isEqualTo("answer");
    assertThat(next()).isEqualTo("last");
  }
}
