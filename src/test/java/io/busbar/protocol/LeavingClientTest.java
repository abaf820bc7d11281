package io.busbar.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
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
      int port(TestGateway gateway) {
        return gateway.tcpBridgePort();
      }

      @Override
      Buffer publish(String body) {
        Buffer frame = bridgeFrame(body);
        return Buffer.buffer().appendInt(frame.length()).appendBuffer(frame);
      }
    },

    STOMP {
      @Override
      int port(TestGateway gateway) {
        return gateway.stompPort();
      }

      @Override
      String hello() {
        return "CONNECT\naccept-version:1.2\nhost:here\n\n\0";
      }

      @Override
      String answered() {
        return "\0";
      }

      @Override
      Buffer publish(String body) {
        return Buffer.buffer("SEND\ndestination:/topic/" + ADDRESS + "\n\n" + body + "\0");
      }
    },

    WEB_SOCKET {
      @Override
      int port(TestGateway gateway) {
        return gateway.httpPort();
      }

      @Override
      String hello() {
        return "GET /eventbus/websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
      }

      @Override
      String answered() {
        return "\r\n\r\n";
      }

      /** A text frame of less than 126 bytes, with a mask of zeros. */
      @Override
      Buffer publish(String body) {
        Buffer text = bridgeFrame(body);
        return Buffer.buffer()
            .appendUnsignedByte((short) 0x81)
            .appendUnsignedByte((short) (0x80 | text.length()))
            .appendInt(0)
            .appendBuffer(text);
      }
    };

    abstract int port(TestGateway gateway);

    /** What the client sends first; empty for nothing. */
    String hello() {
      return "";
    }

    /**
     * The end of the answer to that. A socket that is closed with unread bytes loses what it sent.
     */
    String answered() {
      return "";
    }

    abstract Buffer publish(String body);

    static Buffer bridgeFrame(String body) {
      return new JsonObject()
          .put("type", "publish")
          .put("address", ADDRESS)
          .put("headers", new JsonObject())
          .put("body", body)
          .toBuffer();
    }
  }

  @ParameterizedTest
  @EnumSource
  void messagesOfAClientThatLeavesAtOnceAreDelivered(Protocol protocol) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (Socket client = new Socket(loopback, protocol.port(gateway))) {
      client.getOutputStream().write(protocol.hello().getBytes(US_ASCII));
      readUntil(client.getInputStream(), protocol.answered());
      Buffer all = Buffer.buffer();
      for (int i = 0; i < COUNT; i++) {
        all.appendBuffer(protocol.publish(String.valueOf(i)));
      }
      client.getOutputStream().write(all.getBytes());
    }
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(received.size()).isEqualTo(COUNT));
    assertThat(received)
        .containsExactlyElementsOf(IntStream.range(0, COUNT).mapToObj(String::valueOf).toList());
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 0);
  }

  private static void readUntil(InputStream in, String end) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(end) < 0) {
      read.append(new String(new byte[] {(byte) in.read()}, UTF_8));
    }
  }
}
