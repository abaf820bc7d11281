package io.busbar.hostile;

import static io.busbar.hostile.OddDoors.FIRST_MILLIS;
import static io.busbar.hostile.OddDoors.PATIENCE_MILLIS;
import static io.busbar.hostile.OddDoors.QUIET;
import static io.busbar.hostile.OddDoors.QUIET_MILLIS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.busbar.TestGateway;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests odd frames and messages of every protocol. */
final class OddInputTest {
  private static final String CONNECT = "CONNECT\naccept-version:1.0,1.1,1.2\nhost:h\n\n\0";
  private static final String DISCONNECT = "\0\nDISCONNECT\nreceipt:end\n\n\0";
  private static final String ECHO =
      "{\"type\":\"send\",\"address\":\"echo\",\"body\":\"end\",\"replyAddress\":\"r-end\"}";
  private static final List<String> COMMANDS =
      OddValues.list(
          "SEND|SEND|SEND|SUBSCRIBE|SUBSCRIBE|UNSUBSCRIBE|ACK|NACK|BEGIN|COMMIT|ABORT|CONNECT|MESSAGE|send||GET"
              + " / HTTP/1.1");
  private static final List<String> HEADERS =
      OddValues.list(
          "destination|destination|destination|destination|id|id|ack|receipt|transaction|content-length"
              + "|content-type|selector|reply-to|correlation-id|expires|priority|persistent|durable"
              + "|activemq.subscriptionName|message-id|transformation|prefetch-count||user");
  private static final List<String> DESTINATIONS =
      OddValues.list(
          "/topic/|/topic/public.a|/topic/a.#|/queue/q|/queue/|/request/echo|/temp-queue/t"
              + "|/reply-queue/x|/dsub/x|/exchange/a/b|//|/");
  private static final List<String> VALUES =
      OddValues.list(
          "client|client-individual|auto|a = 'b'|a > (|NOT|a LIKE '%%%'|a = 9999999999999999999999"
              + "|a > 1e9999|a LIKE 'x' ESCAPE 'ab'|a BETWEEN 1|a = 1 AND|(((((|'|a IN ()"
              + "|application/json|text/plain;charset=x|image/png|/|jms-map-json");
  private static final List<String> TYPES =
      OddValues.list("register|unregister|publish|send|ping|refresh|login|x");
  private static final List<String> MEMBERS =
      OddValues.list("address|address|address|body|headers|replyAddress|token|type");
  private static final List<String> OF_FEATURES =
      OddValues.list("type|text|nickname|command|symbol|symbols|action|id|to");
  private static final List<String> TOPICS =
      OddValues.list(
          "a|a/b|a.b|/|a//b|*|#|clown.talk/-/config/set|clown.talk/-/error|-/-/config/list");
  private static final List<String> CONTENT_TYPES =
      OddValues.list("application/x-www-form-urlencoded|text/plain||x|application/json");

  private static OddDoors doors;

  private final OddValues odd = new OddValues(OddDoors.SEED);

  @BeforeAll
  static void start() {
    doors = new OddDoors();
  }

  @AfterAll
  static void stop() {
    doors.close();
  }

  private String stompFrame() {
    StringBuilder frame = new StringBuilder(odd.oneOf(COMMANDS));
    for (int i = odd.below(6); i > 0; i--) {
      frame.append(odd.oneIn(9) ? "\r\n" : "\n").append(stompHeader());
    }
    frame.append("\n\n").append(odd.oneIn(3) ? odd.json(2) : odd.text()).append('\0');
    return frame.toString();
  }

  private String stompHeader() {
    String name = odd.oneOf(HEADERS);
    String value =
        switch (odd.below(6)) {
          case 0 -> odd.json(1);
          case 1 -> "" + (odd.below(40) - 20);
          case 2 -> odd.oneOf(VALUES);
          case 3 -> odd.text();
          default -> odd.oneOf(DESTINATIONS);
        };
    return odd.oneIn(20) ? name : name + ":" + value;
  }

  private static String stomp(String from, byte[]... pieces) throws IOException {
    try (RawSocket socket = new RawSocket(from, doors.gateway().stompPort())) {
      for (byte[] piece : pieces) {
        socket.send(piece);
      }
      return socket.until("receipt-id:end", FIRST_MILLIS, QUIET_MILLIS);
    } catch (SocketException reset) {
      return "(reset)";
    }
  }

  @Test
  void oddFramesOfStompAreAnsweredInItsOwnWords() throws Exception {
    doors.throwAt(
        "STOMP over TCP",
        () -> (odd.oneIn(8) ? "" : CONNECT) + stompFrame() + stompFrame() + DISCONNECT,
        (frames, from) -> stomp(from, frames.getBytes(UTF_8)));
    doors.throwAt(
        "STOMP over WebSocket",
        this::stompFrame,
        (frame, from) ->
            doors.webSocket(
                "/stomp",
                from,
                List.of(CONNECT, frame, DISCONNECT),
                "receipt-id:end",
                FIRST_MILLIS));
    doors.throwAt(
        "STOMP of any bytes",
        () -> CONNECT + "SEND\n" + odd.noise(300),
        (bytes, from) -> stomp(from, bytes.getBytes(ISO_8859_1), DISCONNECT.getBytes(UTF_8)));
  }

  private String bridgeMessage() {
    if (odd.oneIn(6)) {
      return odd.json(3);
    }
    String rest = odd.object(3, MEMBERS);
    String head = "{\"type\":\"" + odd.oneOf(TYPES) + "\"";
    return head + (rest.equals("{}") ? "}" : "," + rest.substring(1));
  }

  private String upload() {
    return odd.oneIn(2) ? odd.json(2) : "[\"" + escaped(bridgeMessage()) + "\"]";
  }

  private static String escaped(String json) {
    return json.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  @Test
  void oddMessagesOfTheBridgeAreAnsweredInItsOwnWords() throws Exception {
    doors.throwAt(
        "bridge over WebSocket",
        () ->
            String.join(
                "\n", Stream.generate(this::bridgeMessage).limit(1 + odd.below(5)).toList()),
        (messages, from) -> {
          List<String> all = new ArrayList<>(List.of(messages.split("\n")));
          all.add(ECHO);
          return doors.webSocket("/eventbus/websocket", from, all, "r-end", FIRST_MILLIS);
        });
    doors.throwAt(
        "bridge over SockJS's WebSocket",
        this::upload,
        (messages, from) ->
            doors.webSocket(
                "/eventbus/0/x/websocket",
                from,
                List.of(messages, "[\"" + escaped(ECHO) + "\"]"),
                "r-end",
                FIRST_MILLIS));
  }

  private static byte[] withLength(String message) {
    byte[] utf8 = message.getBytes(UTF_8);
    return ByteBuffer.allocate(Integer.BYTES + utf8.length).putInt(utf8.length).put(utf8).array();
  }

  private static String tcpBridge(String from, byte[]... pieces) throws IOException {
    try (RawSocket socket = new RawSocket(from, doors.gateway().tcpBridgePort())) {
      for (byte[] piece : pieces) {
        socket.send(piece);
      }
      return socket.until("r-end", FIRST_MILLIS, QUIET_MILLIS);
    } catch (SocketException reset) {
      return "(reset)";
    }
  }

  @Test
  void oddMessagesOfTheTcpBridgeAreAnsweredInItsOwnWords() throws Exception {
    doors.throwAt(
        "bridge over TCP",
        this::bridgeMessage,
        (message, from) -> tcpBridge(from, withLength(message), withLength(ECHO)));
    doors.throwAt(
        "any bytes over TCP",
        () -> odd.noise(300),
        (bytes, from) -> tcpBridge(from, bytes.getBytes(ISO_8859_1), withLength(ECHO)));
  }

  @Test
  void oddUploadsOfSockJsAreAnsweredInItsOwnWords() throws Exception {
    doors.throwAt(
        "xhr_send", this::upload, (body, from) -> upload(from, "xhr_send", "text/plain", body));
    doors.throwAt(
        "jsonp_send",
        () ->
            odd.oneOf(CONTENT_TYPES) + " " + odd.oneOf(OddValues.list("|d=|d=%|d=%5b")) + upload(),
        (input, from) -> {
          String[] parts = input.split(" ", 2);
          return upload(from, "jsonp_send", parts[0], parts[1]);
        });
  }

  /** Opens a session, sends the body, and polls for the answer. */
  private static String upload(String from, String transport, String type, String body)
      throws IOException {
    String path = "POST /eventbus/0/u" + from.replace('.', '-');
    String poll = path + "/xhr HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n";
    String send =
        "%s/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n";
    byte[] bytes = body.getBytes(UTF_8);
    try (RawSocket socket = new RawSocket(from, doors.gateway().httpPort())) {
      socket.send(poll);
      String opened = socket.until("o\n", PATIENCE_MILLIS, QUIET_MILLIS);
      socket.send(send.formatted(path, transport, type, bytes.length));
      socket.send(bytes);
      String answer = socket.until(QUIET, FIRST_MILLIS, QUIET_MILLIS);
      socket.send(poll);
      return opened + answer + socket.until(QUIET, QUIET_MILLIS);
    }
  }

  private String pair() {
    String topic = odd.oneIn(3) ? odd.json(1) : '"' + odd.oneOf(TOPICS) + '"';
    return odd.oneIn(6) ? odd.json(3) : "[" + topic + "," + odd.json(3) + "]";
  }

  @Test
  void oddPairsOfTheTopicBusAreAnsweredInItsOwnWords() throws Exception {
    doors.throwAt(
        "topics",
        () -> String.join("\n", Stream.generate(this::pair).limit(1 + odd.below(5)).toList()),
        (pairs, from) -> {
          try (RawSocket socket =
              RawSocket.webSocket(new RawSocket(from, doors.gateway().httpPort()), "/topics")) {
            for (String said :
                List.of("[\"clown.talk/-/config/set\", {}]", pairs, "[\"end/of/it\", 1]")) {
              socket.send(RawSocket.frame(0x81, said.getBytes(UTF_8)));
            }
            return socket.until("end/of/it", PATIENCE_MILLIS);
          }
        },
        Pattern.compile("end/of/it"));
  }

  /**
   * Makes a message. The chat repeats each message, so a lone null would look like text of Java.
   */
  private String words() {
    String said = odd.oneIn(3) ? odd.json(3) : odd.object(3, OF_FEATURES);
    return said.equals("null") ? "nil" : said;
  }

  @Test
  void oddMessagesToFeaturesAreAnsweredInTheirOwnWords() throws Exception {
    for (String path : List.of("/echo", "/chat", "/stocks")) {
      doors.throwAt(
          path,
          this::words,
          (message, from) -> {
            try (RawSocket socket =
                RawSocket.webSocket(new RawSocket(from, doors.gateway().httpPort()), path)) {
              socket.send(RawSocket.frame(0x81, message.getBytes(UTF_8)));
              socket.send(RawSocket.frame(0x82, message.getBytes(UTF_8)));
              socket.send(RawSocket.frame(0x89, "end!".getBytes(UTF_8)));
              return socket.until("end!", FIRST_MILLIS, QUIET_MILLIS)
                  + socket.until(QUIET, QUIET_MILLIS);
            }
          });
    }
  }

  /** One handler fails as the bus does, and one fails without a text. */
  @Test
  void whatFailsInsideIsToldInOurOwnWords() throws Exception {
    ReplyException inside =
        new ReplyException(ReplyFailure.ERROR, -1, "java.lang.IllegalStateException: no null");
    EventBus bus = doors.gateway().bus();
    TestGateway.await(bus.consumer("odd.a", asked -> asked.reply(inside)).completion());
    TestGateway.await(bus.consumer("odd.b", asked -> asked.fail(7, null)).completion());
    String told = "the request failed";
    TestGateway.await(bus.consumer("odd.c", asked -> asked.fail(7, "own: " + told)).completion());
    Supplier<String> addresses = () -> odd.oneOf(List.of("odd.a", "odd.b", "odd.c"));
    Pattern words = Pattern.compile(told);
    String request = "{\"type\":\"send\",\"address\":\"%s\",\"replyAddress\":\"r\"}";
    doors.throwAt(
        "requests of the bridge",
        addresses,
        (address, from) ->
            doors.webSocket(
                "/eventbus/websocket",
                from,
                List.of(request.formatted(address)),
                "}",
                PATIENCE_MILLIS),
        words);
    for (String header : List.of("receipt:r", "reply-to:/temp-queue/r")) {
      String send = CONNECT + "SEND\ndestination:/request/%s\n" + header + "\n\nx\0";
      doors.throwAt(
          "requests of STOMP with " + header,
          addresses,
          (address, from) -> {
            try (RawSocket socket = new RawSocket(from, doors.gateway().stompPort())) {
              socket.send(send.formatted(address));
              return socket.until(told, PATIENCE_MILLIS);
            }
          },
          words);
    }
  }
}
