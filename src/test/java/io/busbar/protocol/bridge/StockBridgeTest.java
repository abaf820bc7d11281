package io.busbar.protocol.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our bridge and the stock one get the same messages, and must send the same. */
final class StockBridgeTest extends StockComparison {
  private void assertSame(Function<BridgePeer, List<JsonObject>> script) {
    List<JsonObject> expected = script.apply(stock);
    assertThat(script.apply(ours)).isEqualTo(expected);
  }

  private static String register(String address) {
    return "{\"type\":\"register\",\"address\":" + address + "}";
  }

  private static String messageText(String type, String address, String body) {
    return "{\"type\":\"" + type + "\",\"address\":\"" + address + "\",\"body\":" + body + "}";
  }

  private static String requestText(String address, String body, String replyAddress) {
    return "{\"type\":\"send\",\"address\":\""
        + address
        + "\",\"body\":"
        + body
        + ",\"replyAddress\":"
        + replyAddress
        + "}";
  }

  @Test
  void bytesHaveTheBase64AlphabetOfStock() {
    Buffer bytes = Buffer.buffer(new byte[] {-5, -1, -2, 1});
    assertSame(
        peer -> {
          peer.say(register("\"public.bytes\"")).settle();
          peer.bus().publish("public.bytes", bytes);
          peer.bus().publish("public.bytes", bytes.getBytes());
          peer.bus().publish("public.bytes", new JsonObject().put("inside", bytes));
          List<JsonObject> received = peer.next(3);
          assertThat(received.get(0).getString("body")).isEqualTo("-__-AQ");
          return received;
        });
  }

  @Test
  void bytesHaveTheBasicBase64AlphabetIfConfigured() {
    try (TestGateway old = TestGateway.start(RULES, "bridge.base64=basic")) {
      BridgePeer peer = new BridgePeer(old.vertx(), old.httpPort());
      peer.say(register("\"public.bytes\"")).settle();
      peer.bus().publish("public.bytes", Buffer.buffer(new byte[] {-5, -1, -2, 1}));
      peer.bus().publish("public.bytes", "text");
      assertThat(peer.next().getString("body")).isEqualTo("+//+AQ==");
      assertThat(peer.next().getString("body")).isEqualTo("text");
      peer.say(requestText("echo", "{\"a\":1}", "\"r\""));
      assertThat(peer.next().getValue("body")).isEqualTo(new JsonObject().put("a", 1));
      peer.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "-999999999999999999999999999999",
        "[123456789012345678901234567890]",
        "{\"a\":{\"b\":[123456789012345678901234567890]}}",
        "1e2",
        "-0.0",
        "0.1234567890123456789"
      })
  void numberIsForwardedAsInStock(String number) {
    assertSame(
        peer ->
            peer.say(register("\"public.number\""))
                .settle()
                .say(
                    messageText("publish", "public.number", number),
                    messageText("send", "public.number", number))
                .next(2));
    assertSame(peer -> peer.say(requestText("echo", number, "\"r\"")).next(1));
  }

  @Test
  void hugeIntegerReachesAFeatureAsInStock() throws Exception {
    String digits = "9".repeat(30);
    for (BridgePeer peer : List.of(stock, ours)) {
      BlockingQueue<Object> bodies = new LinkedBlockingQueue<>();
      peer.bus().consumer("public.feature", message -> bodies.add(message.body()));
      peer.say(messageText("send", "public.feature", digits));
      assertThat(bodies.poll(20, TimeUnit.SECONDS)).isEqualTo(new BigInteger(digits));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "-1.50", "1e2", "true", "123456789012345678901234567890"})
  void replyAddressOfAnotherTypeWorksAsInStock(String replyAddress) {
    assertSame(peer -> peer.say(requestText("echo", "\"x\"", replyAddress)).next(1));
    assertSame(
        peer ->
            failureAddress(peer.say(requestText("public.nobody", "\"x\"", replyAddress)).next()));
  }

  private static List<JsonObject> failureAddress(JsonObject failure) {
    assertThat(failure.getString("failureType")).isEqualTo("NO_HANDLERS");
    return List.of(new JsonObject().put("address", failure.getString("address")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "true"})
  void addressOfAnotherTypeWorksAsInStock(String address) {
    assertSame(
        peer ->
            peer.say(register(address))
                .settle()
                .say("{\"type\":\"publish\",\"address\":" + address + ",\"body\":\"x\"}")
                .next(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "{\"type\":",
        "{\"address\":\"public.a\"}",
        "{\"type\":null,\"address\":\"public.a\"}",
        "{\"type\":\"register\"}",
        "{\"type\":\"publish\",\"address\":null}",
        "{\"type\":7,\"address\":\"public.a\"}",
        "{\"type\":\"shout\",\"address\":\"public.a\"}",
        "{\"type\":\"register\",\"address\":\"secret\"}",
        "{\"type\":\"unregister\",\"address\":\"secret\"}",
        "{\"type\":\"send\",\"address\":\"secret\"}",
        "{\"type\":\"send\",\"address\":\"echo\",\"replyAddress\":\"1234567890123456789012345678901234567\"}"
      })
  void invalidMessageHasTheErrorCodeOfStock(String message) {
    for (BridgePeer peer : List.of(stock, ours)) {
      peer.say(message);
    }
    JsonObject expected = stock.next();
    assertThat(expected.getString("type")).isEqualTo("err");
    JsonObject error = ours.next();
    assertThat(error.getString("type")).isEqualTo("err");
    assertThat(error.getString("body")).isEqualTo(expected.getString("body"));
  }

  @Test
  void messagesAfterARegisterKeepTheOrderOfStock() {
    assertSame(
        peer ->
            peer.say(
                    register("\"public.order\""),
                    messageText("publish", "public.order", "1"),
                    register("\"public.order.2\""),
                    messageText("send", "public.order", "2"),
                    register("\"public.order.3\""),
                    messageText("publish", "public.order", "3"),
                    messageText("publish", "public.order", "4"))
                .next(4));
  }

  @Test
  void replyAfterARegisterKeepsItsOrderAsInStock() throws Exception {
    for (BridgePeer peer : List.of(stock, ours)) {
      BlockingQueue<Object> order = new LinkedBlockingQueue<>();
      peer.say(register("\"public.asked\"")).settle();
      peer.newContext()
          .runOnContext(
              nothing -> {
                peer.bus().consumer("public.seen", message -> order.add(message.body()));
                peer.bus()
                    .request("public.asked", "?")
                    .onSuccess(answer -> order.add(answer.body()));
              });
      String replyAddress = peer.next().getString("replyAddress");
      peer.say(
          register("\"public.new\""),
          messageText("publish", "public.seen", "1"),
          messageText("send", replyAddress, "2"),
          messageText("publish", "public.seen", "3"));
      for (int i = 1; i <= 3; i++) {
        assertThat(order.poll(20, TimeUnit.SECONDS)).isEqualTo(i);
      }
    }
  }

  @Test
  void headersOfAFeatureReachAClientAsInStock() {
    assertSame(
        peer -> {
          peer.say(register("\"public.headers\"")).settle();
          DeliveryOptions options = new DeliveryOptions().addHeader("a", "1");
          options.addHeader("b", "2").addHeader("b", "3");
          peer.bus().publish("public.headers", new JsonArray().add(1), options);
          return peer.next(1);
        });
  }

  @Test
  void requestsOfAFeatureAreAnsweredAsInStock() {
    for (BridgePeer peer : List.of(stock, ours)) {
      peer.say(register("\"public.question\"")).settle();
      Future<Message<Object>> answer = peer.bus().request("public.question", "?");
      String replyAddress = peer.next().getString("replyAddress");
      peer.say(messageText("send", replyAddress, "123456789012345678901234567890"));
      Object body = TestGateway.await(answer).body();
      assertThat(body).isEqualTo(new BigInteger("123456789012345678901234567890"));
    }
  }
}
