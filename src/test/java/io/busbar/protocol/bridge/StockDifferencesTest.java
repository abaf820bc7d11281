package io.busbar.protocol.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The intended differences between our bridge and the stock one: the table in bridge.md. */
final class StockDifferencesTest extends StockComparison {
  private static final Path PAGE = Path.of("src", "site", "markdown", "bridge.md");
  private static final Pattern TEST = Pattern.compile("`StockDifferencesTest\\.(\\w+)` \\|$");
  private static final String LONG = "public." + "x".repeat(300);

  private static String messageText(String type, String address, String more) {
    return "{\"type\":\"" + type + "\",\"address\":\"" + address + "\"" + more + "}";
  }

  private static JsonObject err(String code) {
    return new JsonObject().put("type", "err").put("body", code);
  }

  private static JsonObject withoutMessageText(JsonObject error) {
    assertThat(error.getString("message")).isNotBlank();
    JsonObject rest = error.copy();
    rest.remove("message");
    return rest;
  }

  private static void assertNoResponse(BridgePeer peer, String message) {
    assertThat(peer.say(message).next(0)).isEmpty();
  }

  /** Returns the message that a feature gets. */
  private static Message<Object> publishToFeature(BridgePeer peer, String more)
      throws InterruptedException {
    BlockingQueue<Message<Object>> messages = new LinkedBlockingQueue<>();
    peer.bus().consumer("public.feature", messages::add);
    peer.say(messageText("publish", "public.feature", more));
    return messages.poll(20, TimeUnit.SECONDS);
  }

  @Test
  void errorHasItsAddressAndReason() {
    String message = messageText("publish", "secret", "");
    assertThat(stock.say(message).next()).isEqualTo(err("access_denied"));
    assertThat(withoutMessageText(ours.say(message).next()))
        .isEqualTo(err("access_denied").put("address", "secret"));
  }

  @Test
  void failedReplyNamesTheRequestedAddress() {
    String message = messageText("send", "public.nobody", ",\"replyAddress\":\"r\"");
    JsonObject expected = withoutMessageText(stock.say(message).next());
    assertThat(expected.getString("failureType")).isEqualTo("NO_HANDLERS");
    assertThat(withoutMessageText(ours.say(message).next()))
        .isEqualTo(expected.copy().put("sourceAddress", "public.nobody"));
  }

  @Test
  void refusedRequestGetsAFailureReply() {
    String message = messageText("send", "secret", ",\"replyAddress\":\"r\"");
    assertThat(stock.say(message).next()).isEqualTo(err("access_denied"));
    assertThat(ours.say(message).next().getString("address")).isEqualTo("r");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"text\"", "[\"text\"]", "7", "{\"a\":null}"})
  void invalidHeadersAreRefused(String headers) {
    String message = messageText("publish", "public.a", ",\"headers\":" + headers);
    assertNoResponse(stock, message);
    assertThat(ours.say(message).next().getString("body")).isEqualTo("invalid_headers");
  }

  @Test
  void objectHeaderIsRefused() throws Exception {
    String more = ",\"headers\":{\"h\":{\"a\":1}}";
    assertThat(publishToFeature(stock, more).headers().get("h")).isEqualTo("{\"a\":1}");
    assertThat(ours.say(messageText("publish", "public.a", more)).next().getString("body"))
        .isEqualTo("invalid_headers");
  }

  @Test
  void arrayHeaderBecomesSeveralHeaders() throws Exception {
    String more = ",\"headers\":{\"h\":[\"1\",2]}";
    assertThat(publishToFeature(stock, more).headers().getAll("h")).containsExactly("[\"1\",2]");
    assertThat(publishToFeature(ours, more).headers().getAll("h")).containsExactly("1", "2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e400", "-1e400", "1e999999999", "[[1e400]]", "{\"a\":{\"b\":1e400}}"})
  void numberTooLargeForADoubleIsRefused(String number) throws Exception {
    String more = ",\"body\":" + number;
    String message = messageText("send", "echo", more + ",\"replyAddress\":\"r\"");
    assertThat(stock.say(message).next().encode()).contains("Infinity\"");
    assertThat(withoutMessageText(ours.say(message).next()))
        .isEqualTo(
            err("invalid_body")
                .put("address", "r")
                .put("sourceAddress", "echo")
                .put("failureCode", -1)
                .put("failureType", "RECIPIENT_FAILURE"));
    assertThat(ours.say(messageText("publish", "public.a", more)).next().getString("body"))
        .isEqualTo("invalid_body");
  }

  @Test
  void numberHeaderTooLargeForADoubleIsRefused() throws Exception {
    String more = ",\"headers\":{\"h\":1e400}";
    assertThat(publishToFeature(stock, more).headers().get("h")).isEqualTo("Infinity");
    assertThat(ours.say(messageText("publish", "public.a", more)).next().getString("body"))
        .isEqualTo("invalid_headers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"{\"a\":1}|{a=1}", "[1]|[1]", "1e400|Infinity"})
  void invalidAddressIsAnError(String address, String inStock) {
    String asked = messageText("send", "echo", ",\"body\":1,\"replyAddress\":" + address);
    assertThat(stock.say(asked).next().getString("address")).isEqualTo(inStock);
    assertThat(withoutMessageText(ours.say(asked).next()))
        .isEqualTo(err("invalid_reply_address").put("address", "echo"));
    String said = "{\"type\":\"send\",\"address\":" + address + "}";
    assertThat(stock.say(said).next()).isEqualTo(err("access_denied"));
    assertThat(withoutMessageText(ours.say(said).next())).isEqualTo(err("missing_address"));
  }

  @Test
  void addressLengthIsLimitedForEveryType() throws Exception {
    BlockingQueue<Object> received = new LinkedBlockingQueue<>();
    stock.bus().consumer(LONG, message -> received.add(message.body()));
    for (String type : List.of("publish", "send")) {
      String message = messageText(type, LONG, ",\"body\":\"" + type + "\"");
      stock.say(message);
      assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo(type);
      assertThat(ours.say(message).next().getString("body"))
          .isEqualTo("max_address_length_reached");
    }
  }

  @Test
  void clientCannotForgeItsUserOrSession() throws Exception {
    String more = ",\"headers\":{\"user\":\"root\",\"session\":\"1\",\"mine\":\"2\"}";
    assertThat(publishToFeature(stock, more).headers().get("user")).isEqualTo("root");
    MultiMap headers = publishToFeature(ours, more).headers();
    assertThat(headers.get("user")).isNull();
    assertThat(headers.get("session")).isNotEqualTo("1");
    assertThat(headers.get("mine")).isEqualTo("2");
  }

  @Test
  void plainWebSocketReceivesTextFrames() {
    assertThat(stock.settle().isSpokenToInText()).isFalse();
    assertThat(ours.settle().isSpokenToInText()).isTrue();
  }

  @Test
  void requestIsAnsweredBySendOnly() {
    for (BridgePeer peer : List.of(stock, ours)) {
      peer.say(messageText("register", "public.asked", "")).settle();
      Future<Message<Object>> answer = peer.bus().request("public.asked", "?");
      String replyAddress = peer.next().getString("replyAddress");
      peer.say(messageText("publish", replyAddress, ",\"body\":\"published\""));
      if (peer == ours) {
        assertThat(peer.next().getString("body")).isEqualTo("access_denied");
      }
      peer.say(messageText("send", replyAddress, ",\"body\":\"sent\""));
      assertThat(TestGateway.await(answer).body())
          .isEqualTo(peer == ours ? "sent" : (Object) "published");
    }
  }

  @Test
  void loginIsSupported() {
    String login = "{\"type\":\"login\",\"username\":\"demo\",\"password\":\"demo\"}";
    assertThat(stock.say(login).next()).isEqualTo(err("missing_address"));
    assertThat(ours.say(login).next().getString("user")).isEqualTo("demo");
  }

  @Test
  void silentClientIsPingedBeforeItIsClosed() throws Exception {
    SockJSBridgeOptions options = new SockJSBridgeOptions().setPingTimeout(1000);
    try (StockBridge other = new StockBridge(PERMITTED, options);
        TestGateway mine = TestGateway.start(RULES, "bridge.ping-timeout=1s")) {
      BridgePeer left = new BridgePeer(other.vertx(), other.port());
      BridgePeer asked = new BridgePeer(mine.vertx(), mine.httpPort());
      asked.say("{\"type\":\"ping\"}").settle();
      left.say("{\"type\":\"ping\"}").settle();
      left.closed().get(20, TimeUnit.SECONDS);
      assertThat(asked.settle().closed()).isNotDone();
      asked.close();
    }
  }

  @Test
  void eachDifferenceOfThePageIsTested() throws Exception {
    List<String> rows =
        Files.readString(PAGE)
            .lines()
            .dropWhile(line -> !line.startsWith("## Differences from stock"))
            .filter(line -> line.startsWith("| ") && !line.startsWith("| what"))
            .toList();
    List<String> named = rows.stream().map(StockDifferencesTest::testName).toList();
    List<String> tests =
        Stream.of(StockDifferencesTest.class.getDeclaredMethods())
            .filter(
                method ->
                    method.isAnnotationPresent(Test.class)
                        || method.isAnnotationPresent(ParameterizedTest.class))
            .map(java.lang.reflect.Method::getName)
            .filter(name -> !name.startsWith("eachDifference"))
            .toList();
    assertThat(named).containsExactlyInAnyOrderElementsOf(tests);
  }

  private static String testName(String row) {
    Matcher test = TEST.matcher(row);
    assertThat(test.find()).as(row).isTrue();
    return test.group(1);
  }
}
