package io.busbar.protocol.tcpbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/**
 * Our TCP bridge and the stock one get the same messages from the stock client classes, and must
 * send the same.
 */
final class StockTcpBridgeTest extends TcpStockComparison {
  private void assertSame(BiFunction<TcpBridgePeer, Vertx, List<JsonObject>> script) {
    List<JsonObject> expected = script.apply(stock, stockBridge.vertx());
    assertThat(script.apply(ours, gateway.vertx())).isEqualTo(expected);
  }

  /** Returns the errors with only the members that the stock bridge has. */
  private static List<JsonObject> stockMembersOnly(List<JsonObject> errors) {
    errors.forEach(
        error -> {
          error.remove("address");
          error.remove("reason");
        });
    return errors;
  }

  @Test
  void pingIsAnswered() {
    assertSame((peer, vertx) -> peer.say("{\"type\":\"ping\"}").next(1));
  }

  @Test
  void everyKindOfBodyIsDelivered() {
    assertSame(
        (peer, vertx) -> {
          peer.register("public.a");
          JsonObject json = new JsonObject().put("a", new JsonArray().add(1).addNull());
          for (Object body : List.of(json, new JsonArray().add("x"), "Grüße 😀", 7, -1.5, true)) {
            peer.talk("publish", "public.a", body);
          }
          List<JsonObject> received = peer.next(6);
          assertThat(received.get(0).getString("type")).isEqualTo("message");
          assertThat(received.get(0).getBoolean("send")).isFalse();
          return received;
        });
  }

  @Test
  void sendAndPublishAreDistinguished() {
    assertSame(
        (peer, vertx) -> {
          peer.register("public.a");
          DeliveryOptions options = new DeliveryOptions().addHeader("h", "v");
          vertx.eventBus().send("public.a", "one", options);
          JsonObject one = peer.next();
          vertx.eventBus().publish("public.a", "all", options);
          return List.of(one, peer.next());
        });
  }

  @Test
  void headersAreDeliveredWithAMessage() {
    assertSame(
        (peer, vertx) ->
            peer.register("public.a")
                .say(
                    "{\"type\":\"publish\",\"address\":\"public.a\",\"body\":1,"
                        + "\"headers\":{\"a\":\"b\",\"c\":\"d\"}}")
                .next(1));
  }

  @Test
  void bytesHaveTheBase64AlphabetOfStock() {
    Buffer bytes = Buffer.buffer(new byte[] {-5, -1, -2, 1});
    assertSame(
        (peer, vertx) -> {
          peer.register("public.bytes");
          vertx.eventBus().publish("public.bytes", new JsonObject().put("inside", bytes));
          return peer.next(1);
        });
  }

  @Test
  void requestIsAnswered() {
    assertSame((peer, vertx) -> peer.ask("echo", new JsonObject().put("q", 1), "r").next(1));
  }

  @Test
  void requestWithoutHandlersFails() {
    assertSame((peer, vertx) -> peer.ask("public.nobody", "?", "r").next(1));
  }

  @Test
  void requestRefusedByItsReceiverFails() {
    assertSame(
        (peer, vertx) -> {
          vertx.eventBus().consumer("public.no", message -> message.fail(42, "not today"));
          return peer.ask("public.no", "?", "r").next(1);
        });
  }

  @Test
  void clientRepliesToARequest() {
    List.of(new Side(stock, stockBridge.vertx()), new Side(ours, gateway.vertx()))
        .forEach(
            side -> {
              side.peer.register("public.ask");
              var answer = side.vertx.eventBus().<String>request("public.ask", "who");
              JsonObject question = side.peer.next();
              assertThat(question.getBoolean("send")).isTrue();
              side.peer.talk("send", question.getString("replyAddress"), "me");
              String body = TestGateway.await(answer).body();
              assertThat(body).isEqualTo("me");
            });
  }

  @Test
  void clientFailsARequest() {
    List.of(new Side(stock, stockBridge.vertx()), new Side(ours, gateway.vertx()))
        .forEach(
            side -> {
              side.peer.register("public.ask");
              var failed =
                  side.vertx
                      .eventBus()
                      .request("public.ask", "who")
                      .map(answer -> (Throwable) null)
                      .otherwise(cause -> cause);
              String replyAddress = side.peer.next().getString("replyAddress");
              side.peer.say(
                  new JsonObject()
                      .put("type", "send")
                      .put("address", replyAddress)
                      .put("failureCode", 7)
                      .put("message", "I cannot"));
              ReplyException cause = (ReplyException) TestGateway.await(failed);
              assertThat(cause.failureCode()).isEqualTo(7);
              assertThat(cause.getMessage()).isEqualTo("I cannot");
            });
  }

  /** A client of one bridge, with the Vert.x of that bridge. */
  private record Side(TcpBridgePeer peer, Vertx vertx) {}

  @Test
  void clientRepliesWithARequestOfItsOwn() {
    assertSame(
        (peer, vertx) -> {
          peer.register("public.ask");
          var answer =
              vertx
                  .eventBus()
                  .request("public.ask", "who")
                  .onSuccess(message -> message.reply("and back"));
          peer.ask(peer.next().getString("replyAddress"), "me", "mine");
          JsonObject back = peer.next();
          TestGateway.await(answer);
          return List.of(back);
        });
  }

  @Test
  void secondUnregisterIsAnError() {
    assertSame(
        (peer, vertx) ->
            stockMembersOnly(
                peer.register("public.a")
                    .talk("unregister", "public.a", null)
                    .talk("unregister", "public.a", null)
                    .next(1)));
  }

  @Test
  void errorsHaveTheCodeOfStock() {
    assertSame(
        (peer, vertx) ->
            stockMembersOnly(
                peer.talk("publish", "secret", 1)
                    .talk("send", "secret", 1)
                    .talk("register", "secret", null)
                    .talk("unregister", "secret", null)
                    .talk("publish", null, 1)
                    .next(5)));
  }

  @Test
  void messagesMayArriveByteByByte() {
    assertSame(
        (peer, vertx) -> {
          Buffer two =
              TcpBridgePipe.frame("{\"type\":\"ping\"}")
                  .appendBuffer(TcpBridgePipe.frame("{\"type\":\"ping\"}"));
          for (int i = 0; i < two.length(); i++) {
            peer.write(two.slice(i, i + 1));
          }
          return peer.next(2);
        });
  }
}
