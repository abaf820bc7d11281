package io.busbar.hostile;

import static io.busbar.hostile.InvalidInputGateway.FIRST_MILLIS;
import static io.busbar.hostile.InvalidInputGateway.PATIENCE_MILLIS;
import static io.busbar.hostile.InvalidInputGateway.QUIET;
import static io.busbar.hostile.InvalidInputGateway.QUIET_MILLIS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.busbar.TestGateway;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests odd frames and messages of every protocol. */
final class InvalidInputTest {
  private static final String CONNECT = "CONNECT\naccept-version:1.0,1.1,1.2\nhost:h\n\n\0";
  private static final String DISCONNECT = "\0\nDISCONNECT\nreceipt:end\n\n\0";
  private static final String ECHO =
      "{\"type\":\"send\",\"address\":\"echo\",\"body\":\"end\",\"replyAddress\":\"r-end\"}";
  private static final List<String> COMMANDS =
      InvalidValues.list(
          "SEND|SEND|SEND|SUBSCRIBE|SUBSCRIBE|UNSUBSCRIBE|ACK|NACK|BEGIN|COMMIT|ABORT|CONNECT|MESSAGE|send||GET"
              + " / HTTP/1.1");
  private static final List<String> HEADERS =
      InvalidValues.list(
          "destination|destination|destination|destination|id|id|ack|receipt|transaction|content-length"
              + "|content-type|selector|reply-to|correlation-id|expires|priority|persistent|durable"
              + "|activemq.subscriptionName|message-id|transformation|prefetch-count||user");
  private static final List<String> DESTINATIONS =
      InvalidValues.list(
          "/topic/|/topic/public.a|/topic/a.#|/queue/q|/queue/|/request/echo|/temp-queue/t"
              + "|/reply-queue/x|/dsub/x|/exchange/a/b|//|/");
  private static final List<String> VALUES =
      InvalidValues.list(
          "client|client-individual|auto|a = 'b'|a > (|NOT|a LIKE '%%%'|a = 9999999999999999999999"
              + "|a > 1e9999|a LIKE 'x' ESCAPE 'ab'|a BETWEEN 1|a = 1 AND|(((((|'|a IN ()"
              + "|application/json|text/plain;charset=x|image/png|/|jms-map-json");
  private static final List<String> TYPES =
      InvalidValues.list("register|unregister|publish|send|ping|refresh|login|x");
  private static final List<String> MEMBERS =
      InvalidValues.list("address|address|address|body|headers|replyAddress|token|type");
  private static final List<String> OF_FEATURES =
      InvalidValues.list("type|text|nickname|command|symbol|symbols|action|id|to");
  private static final List<String> TOPICS =
      InvalidValues.list(
          "a|a/b|a.b|/|a//b|*|#|clown.talk/-/config/set|clown.talk/-/error|-/-/config/list");
  private static final List<String> CONTENT_TYPES =
      InvalidValues.list("application/x-www-form-urlencoded|text/plain||x|application/json");

  private static InvalidInputGateway invalidInput;

  private final InvalidValues invalid = new InvalidValues(InvalidInputGateway.SEED);

  @BeforeAll
  static void start() {
    invalidInput = new InvalidInputGateway();
  }

  @AfterAll
  static void stop() {
    invalidInput.close();
  }

  private String stompFrame() {
    StringBuilder frame = new StringBuilder(invalid.oneOf(COMMANDS));
    for (int i = invalid.below(6); i > 0; i--) {
      frame.append(invalid.oneIn(9) ? "\r\n" : "\n").append(stompHeader());
    }
    frame.append("\n\n").append(invalid.oneIn(3) ? invalid.json(2) : invalid.text()).append('\0');
    return frame.toString();
  }

  private String stompHeader() {
    String name = invalid.oneOf(HEADERS);
    String value =
        switch (invalid.below(6)) {
          case 0 -> invalid.json(1);
          case 1 -> "" + (invalid.below(40) - 20);
          case 2 -> invalid.oneOf(VALUES);
          case 3 -> invalid.text();
          default -> invalid.oneOf(DESTINATIONS);
        };
    return invalid.oneIn(20) ? name : name + ":" + value;
  }

  private static String stomp(String from, byte[]... pieces) throws IOException {
    try (RawSocket socket = new RawSocket(from, invalidInput.gateway().stompPort())) {
      for (byte[] piece : pieces) {
        socket.send(piece);
      }
      return socket.until("receipt-id:end", FIRST_MILLIS, QUIET_MILLIS);
    } catch (SocketException reset) {
      return "(reset)";
    }
  }

  @Test
  void oddStompFramesRevealNoException() throws Exception {
    invalidInput.throwAt(
        "STOMP over TCP",
        () -> (invalid.oneIn(8) ? "" : CONNECT) + stompFrame() + stompFrame() + DISCONNECT,
        (frames, from) -> stomp(from, frames.getBytes(UTF_8)));
    invalidInput.throwAt(
        "STOMP over WebSocket",
        this::stompFrame,
        (frame, from) ->
            invalidInput.webSocket(
                "/stomp",
                from,
                List.of(CONNECT, frame, DISCONNECT),
                "receipt-id:end",
                FIRST_MILLIS));
    invalidInput.throwAt(
        "STOMP of any bytes",
        () -> CONNECT + "SEND\n" + invalid.noise(300),
        (bytes, from) -> stomp(from, bytes.getBytes(ISO_8859_1), DISCONNECT.getBytes(UTF_8)));
  }

  private String bridgeMessage() {
    if (invalid.oneIn(6)) {
      return invalid.json(3);
    }
    String rest = invalid.object(3, MEMBERS);
    String head = "{\"type\":\"" + invalid.oneOf(TYPES) + "\"";
    return head + (rest.equals("{}") ? "}" : "," + rest.substring(1));
  }

  private String upload() {
    return invalid.oneIn(2) ? invalid.json(2) : "[\"" + escaped(bridgeMessage()) + "\"]";
  }

  private static String escaped(String json) {
    return json.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  @Test
  void oddBridgeMessagesRevealNoException() throws Exception {
    invalidInput.throwAt(
        "bridge over WebSocket",
        () ->
            String.join(
                "\n", Stream.generate(this::bridgeMessage).limit(1 + invalid.below(5)).toList()),
        (messages, from) -> {
          List<String> all = new ArrayList<>(List.of(messages.split("\n")));
          all.add(ECHO);
          return invalidInput.webSocket("/eventbus/websocket", from, all, "r-end", FIRST_MILLIS);
        });
    invalidInput.throwAt(
        "bridge over SockJS's WebSocket",
        this::upload,
        (messages, from) ->
            invalidInput.webSocket(
                "/eventbus/0/x/websocket",
                from,
                List.of(messages, "[\"" + escaped(ECHO) + "\"]"),
                "r-end",
                FIRST_MILLIS));
  }

  private static String tcpBridge(String from, byte[]... pieces) throws IOException {
    try (RawSocket socket = new RawSocket(from, invalidInput.gateway().tcpBridgePort())) {
      for (byte[] piece : pieces) {
        socket.send(piece);
      }
      return socket.until("r-end", FIRST_MILLIS, QUIET_MILLIS);
    } catch (SocketException reset) {
      return "(reset)";
    }
  }

  @Test
  void oddTcpBridgeMessagesRevealNoException() throws Exception {
    invalidInput.throwAt(
        "bridge over TCP",
        this::bridgeMessage,
        (message, from) ->
            tcpBridge(from, RawSocket.withLength(message), RawSocket.withLength(ECHO)));
    invalidInput.throwAt(
        "any bytes over TCP",
        () -> invalid.noise(300),
        (bytes, from) -> tcpBridge(from, bytes.getBytes(ISO_8859_1), RawSocket.withLength(ECHO)));
  }

  @Test
  void oddSockJsUploadsRevealNoException() throws Exception {
    invalidInput.throwAt(
        "xhr_send", this::upload, (body, from) -> upload(from, "xhr_send", "text/plain", body));
    invalidInput.throwAt(
        "jsonp_send",
        () ->
            invalid.oneOf(CONTENT_TYPES)
                + " "
                + invalid.oneOf(InvalidValues.list("|d=|d=%|d=%5b"))
                + upload(),
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
    try (RawSocket socket = new RawSocket(from, invalidInput.gateway().httpPort())) {
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
    String topic = invalid.oneIn(3) ? invalid.json(1) : '"' + invalid.oneOf(TOPICS) + '"';
    return invalid.oneIn(6) ? invalid.json(3) : "[" + topic + "," + invalid.json(3) + "]";
  }

  @Test
  void oddTopicBusPairsRevealNoException() throws Exception {
    invalidInput.throwAt(
        "topics",
        () -> String.join("\n", Stream.generate(this::pair).limit(1 + invalid.below(5)).toList()),
        (pairs, from) -> {
          try (RawSocket socket =
              RawSocket.webSocket(
                  new RawSocket(from, invalidInput.gateway().httpPort()), "/topics")) {
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
    String said = invalid.oneIn(3) ? invalid.json(3) : invalid.object(3, OF_FEATURES);
    return said.equals("null") ? "nil" : said;
  }

  @Test
  void oddMessagesToFeaturesRevealNoException() throws Exception {
    for (String path : List.of("/echo", "/chat", "/stocks")) {
      invalidInput.throwAt(
          path,
          this::words,
          (message, from) -> {
            try (RawSocket socket =
                RawSocket.webSocket(new RawSocket(from, invalidInput.gateway().httpPort()), path)) {
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
  void internalFailuresRevealNoException() throws Exception {
    ReplyException inside =
        new ReplyException(ReplyFailure.ERROR, -1, "java.lang.IllegalStateException: no null");
    EventBus bus = invalidInput.gateway().bus();
    TestGateway.await(bus.consumer("odd.a", asked -> asked.reply(inside)).completion());
    TestGateway.await(bus.consumer("odd.b", asked -> asked.fail(7, null)).completion());
    String told = "the request failed";
    TestGateway.await(bus.consumer("odd.c", asked -> asked.fail(7, "own: " + told)).completion());
    Supplier<String> addresses = () -> invalid.oneOf(List.of("odd.a", "odd.b", "odd.c"));
    Pattern words = Pattern.compile(told);
    String request = "{\"type\":\"send\",\"address\":\"%s\",\"replyAddress\":\"r\"}";
    invalidInput.throwAt(
        "requests of the bridge",
        addresses,
        (address, from) ->
            invalidInput.webSocket(
                "/eventbus/websocket",
                from,
                List.of(request.formatted(address)),
                "}",
                PATIENCE_MILLIS),
        words);
    for (String header : List.of("receipt:r", "reply-to:/temp-queue/r")) {
      String send = CONNECT + "SEND\ndestination:/request/%s\n" + header + "\n\nx\0";
      invalidInput.throwAt(
          "requests of STOMP with " + header,
          addresses,
          (address, from) -> {
            try (RawSocket socket = new RawSocket(from, invalidInput.gateway().stompPort())) {
              socket.send(send.formatted(address));
              return socket.until(told, PATIENCE_MILLIS);
            }
          },
          words);
    }
  }
}
