package io.busbar.protocol.tcpbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
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

/**
 * The intended differences between our TCP bridge and the stock one: the table in tcp-bridge.md.
 */
final class StockTcpDifferencesTest extends TcpStockComparison {
  private static final Path PAGE = Path.of("src", "site", "markdown", "tcp-bridge.md");
  private static final Pattern TEST = Pattern.compile("`StockTcpDifferencesTest\\.(\\w+)` \\|$");
  private static final String PING = "{\"type\":\"ping\"}";
  private static final JsonObject PONG = new JsonObject().put("type", "pong");

  private static JsonObject err(String code) {
    return new JsonObject().put("type", "err").put("message", code);
  }

  private void assertError(String message, String code) {
    assertThat(ours.say(message, PING).next().getString("message")).isEqualTo(code);
    assertThat(ours.next()).isEqualTo(PONG);
  }

  @Test
  void errorHasItsAddressAndReason() {
    assertThat(stock.talk("publish", "secret", 1).next()).isEqualTo(err("access_denied"));
    assertThat(ours.talk("publish", "secret", 1).next())
        .isEqualTo(
            err("access_denied")
                .put("reason", "access denied: secret (publish)")
                .put("address", "secret"));
  }

  @Test
  void refusedRequestGetsAFailureReply() {
    assertThat(stock.ask("secret", 1, "r").next()).isEqualTo(err("access_denied"));
    JsonObject answer = ours.ask("secret", 1, "r").next();
    assertThat(answer.getString("address")).isEqualTo("r");
    assertThat(answer.getString("sourceAddress")).isEqualTo("secret");
    assertThat(answer.getString("failureType")).isEqualTo("RECIPIENT_FAILURE");
  }

  /** The stock bridge reads nothing after it. */
  @Test
  void unknownTypeIsAnError() {
    assertError("{\"type\":\"shout\",\"address\":\"public.a\"}", "unknown_type");
  }

  @Test
  void invalidJsonIsAnError() {
    String half = "{\"type\":";
    assertThat(stock.say(half, PING).next()).isEqualTo(PONG);
    assertError(half, "invalid_json");
  }

  @Test
  void invalidLengthEndsTheConnection() {
    for (int length : new int[] {-1, Integer.MAX_VALUE}) {
      TcpBridgePeer peer = TcpBridgePeer.connect(gateway.tcpBridgePort());
      assertThat(peer.write(Buffer.buffer().appendInt(length)).next().getString("message"))
          .isEqualTo("closing");
      assertThat(peer.closed()).succeedsWithin(20, TimeUnit.SECONDS);
    }
    Buffer endless = Buffer.buffer().appendInt(Integer.MAX_VALUE).appendString("x");
    assertThat(stock.say(PING).next()).isEqualTo(PONG);
    assertThat(stock.write(endless).closed()).isNotDone();
  }

  @Test
  void headersDoNotControlDelivery() throws Exception {
    String question =
        "{\"type\":\"send\",\"address\":\"public.slow\",\"body\":1,\"replyAddress\":\"r\","
            + "\"headers\":{\"timeout\":\"%s\",\"codecName\":\"none\",\"localOnly\":\"true\"}}";
    BlockingQueue<Message<Object>> received = new LinkedBlockingQueue<>();
    gateway.bus().consumer("public.slow", received::add);
    ours.say(question.formatted("1"));
    Message<Object> message = received.poll(20, TimeUnit.SECONDS);
    assertThat(message).isNotNull();
    assertThat(message.headers().get("timeout")).isEqualTo("1");
    assertThat(message.headers().get("codecName")).isEqualTo("none");
    assertThat(message.headers().get("localOnly")).isEqualTo("true");
    ours.settle();
    message.reply("later");
    assertThat(ours.next().getString("body")).isEqualTo("later");
  }

  @Test
  void registeringTwiceIsRefused() {
    stock.register("public.a").register("public.a").talk("publish", "public.a", 1);
    assertThat(stock.next(2)).hasSize(2);
    ours.register("public.a").talk("register", "public.a", null);
    assertThat(ours.next().getString("message")).isEqualTo("address_already_registered");
    assertThat(ours.talk("publish", "public.a", 1).next(1)).hasSize(1);
  }

  @Test
  void clientCannotForgeItsUserOrProtocol() throws Exception {
    String forged =
        "{\"type\":\"publish\",\"address\":\"public.who\",\"body\":1,"
            + "\"headers\":{\"user\":\"root\",\"protocol\":\"x\"}}";
    BlockingQueue<Message<Object>> received = new LinkedBlockingQueue<>();
    for (var vertx : List.of(stockBridge.vertx(), gateway.vertx())) {
      vertx.eventBus().consumer("public.who", received::add);
    }
    stock.say(forged);
    assertThat(received.poll(20, TimeUnit.SECONDS).headers().get("user")).isEqualTo("root");
    ours.say(forged);
    Message<Object> message = received.poll(20, TimeUnit.SECONDS);
    assertThat(message.headers().get("user")).isNull();
    assertThat(message.headers().get("protocol")).isEqualTo("tcp-bridge");
  }

  @Test
  void loginIsSupported() {
    assertError("{\"type\":\"login\",\"username\":\"demo\",\"password\":\"wrong\"}", "auth_error");
    ours.say("{\"type\":\"login\",\"username\":\"demo\",\"password\":\"demo\"}");
    assertThat(ours.next().getString("user")).isEqualTo("demo");
  }

  /** This one tests the table, not a row. */
  @Test
  void everyRowOfThePageIsTested() throws IOException {
    List<String> named =
        Files.readString(PAGE)
            .lines()
            .dropWhile(line -> !line.startsWith("## Differences from stock"))
            .filter(line -> line.startsWith("| ") && !line.startsWith("| what"))
            .map(StockTcpDifferencesTest::testName)
            .toList();
    List<String> tests =
        Stream.of(StockTcpDifferencesTest.class.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Test.class))
            .map(java.lang.reflect.Method::getName)
            .filter(name -> !name.equals("everyRowOfThePageIsTested"))
            .toList();
    assertThat(named).containsExactlyInAnyOrderElementsOf(tests);
  }

  private static String testName(String row) {
    Matcher matcher = TEST.matcher(row);
    assertThat(matcher.find()).as(row).isTrue();
    return matcher.group(1);
  }
}
