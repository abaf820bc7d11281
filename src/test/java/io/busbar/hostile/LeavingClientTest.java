package io.busbar.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests clients that send many messages and leave at once. The gateway does not read as fast as
 * they send, so the end of the connection arrives while reading is paused.
 */
final class LeavingClientTest {
  private static final String ADDRESS = "public.a";
  private static final int COUNT = 20_000;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Queue<String> received = new ConcurrentLinkedQueue<>();
  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway =
        TestGateway.start(
            "tcp-bridge.enabled=true",
            "limits.messages-per-second=1000000",
            "permissions=[{address: 'public.#', allow: [publish]}]");
    TestGateway.await(
        gateway
            .bus()
            .<Object>consumer(ADDRESS, message -> received.add(String.valueOf(message.body())))
            .completion());
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  /** A protocol whose clients may send without waiting for an answer. */
  enum Protocol {
    TCP_BRIDGE {
      @Override
      RawSocket open(TestGateway gateway) throws IOException {
        return new RawSocket(gateway.tcpBridgePort());
      }

      @Override
      byte[] publish(String body) {
        return RawSocket.withLength(bridgeFrame(body));
      }
    },

    STOMP {
      /** Reads all of the answer: a socket that is closed with unread bytes loses what it sent. */
      @Override
      RawSocket open(TestGateway gateway) throws IOException {
        RawSocket socket = new RawSocket(gateway.stompPort());
        socket.send("CONNECT\naccept-version:1.2\nhost:here\n\n\0");
        assertThat(socket.until(0)).startsWith("CONNECTED");
        return socket;
      }

      @Override
      byte[] publish(String body) {
        return ("SEND\ndestination:/topic/" + ADDRESS + "\n\n" + body + "\0").getBytes(UTF_8);
      }
    },

    WEB_SOCKET {
      @Override
      RawSocket open(TestGateway gateway) throws IOException {
        return RawSocket.webSocket(gateway.httpPort(), "/eventbus/websocket");
      }

      @Override
      byte[] publish(String body) {
        return RawSocket.frame(IncompleteMessages.TEXT, bridgeFrame(body).getBytes(UTF_8));
      }
    };

    /** Opens a connection that may publish. */
    abstract RawSocket open(TestGateway gateway) throws IOException;

    /** Returns a message that publishes this body. */
    abstract byte[] publish(String body);

    static String bridgeFrame(String body) {
      return new JsonObject()
          .put("type", "publish")
          .put("address", ADDRESS)
          .put("headers", new JsonObject())
          .put("body", body)
          .encode();
    }
  }

  @ParameterizedTest
  @EnumSource
  void messagesOfAClientThatLeavesAtOnceAreDelivered(Protocol protocol) throws IOException {
    try (RawSocket client = protocol.open(gateway)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (int i = 0; i < COUNT; i++) {
        all.writeBytes(protocol.publish(String.valueOf(i)));
      }
      client.send(all.toByteArray());
    }
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(received.size()).isEqualTo(COUNT));
    assertThat(received)
        .containsExactlyElementsOf(IntStream.range(0, COUNT).mapToObj(String::valueOf).toList());
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 0);
  }
}
