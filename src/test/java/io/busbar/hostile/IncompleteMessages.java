package io.busbar.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/** All ways to begin a message and not to complete it. Immutable. */
enum IncompleteMessages {
  STOMP_FRAME {
    @Override
    RawSocket open(Ports ports, String from) throws IOException {
      RawSocket socket = new RawSocket(from, ports.stomp());
      socket.send("CONNECT\naccept-version:1.2\nhost:here\n\n\0");
      socket.until(0);
      return socket;
    }

    @Override
    byte[] message(RawSocket socket, int size) {
      String head = "SEND\ndestination:/topic/public.a\nreceipt:r\ncontent-length:";
      return utf8(head + size + "\n\n" + "x".repeat(size) + "\0");
    }

    @Override
    String answer(RawSocket socket) throws IOException {
      return socket.until(0).strip().substring(0, "RECEIPT".length());
    }

    @Override
    String refusal(RawSocket socket) throws IOException {
      return socket.untilTheEnd();
    }
  },

  /** Complete messages of a WebSocket that contain an incomplete STOMP frame. */
  STOMP_FRAME_IN_MESSAGES {
    @Override
    RawSocket open(Ports ports, String from) throws IOException {
      RawSocket socket = RawSocket.webSocket(new RawSocket(from, ports.http()), "/stomp");
      socket.send(RawSocket.frame(TEXT, utf8("CONNECT\naccept-version:1.2\nhost:here\n\n\0")));
      socket.message();
      return socket;
    }

    @Override
    byte[] message(RawSocket socket, int size) {
      byte[] frame = STOMP_FRAME.message(socket, size);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int at = 0; at < frame.length - 1; at += PIECE) {
        int end = Math.min(at + PIECE, frame.length - 1);
        out.writeBytes(RawSocket.frame(TEXT, Arrays.copyOfRange(frame, at, end)));
      }
      out.writeBytes(RawSocket.frame(TEXT, new byte[1]));
      return out.toByteArray();
    }

    @Override
    int missing() {
      return RawSocket.frame(TEXT, new byte[1]).length;
    }

    @Override
    String answer(RawSocket socket) throws IOException {
      return socket.message().substring(0, "RECEIPT".length());
    }

    @Override
    String refusal(RawSocket socket) throws IOException {
      return socket.message() + socket.closeCode();
    }
  },

  TCP_BRIDGE_MESSAGE {
    @Override
    RawSocket open(Ports ports, String from) throws IOException {
      return new RawSocket(from, ports.tcpBridge());
    }

    @Override
    byte[] message(RawSocket socket, int size) {
      String json = "{\"type\":\"none\",\"address\":\"a\",\"body\":\"" + "x".repeat(size) + "\"}";
      return RawSocket.withLength(json);
    }

    @Override
    String answer(RawSocket socket) throws IOException {
      return socket.until('}').contains("unknown_type") ? "unknown_type" : "";
    }
  },

  WEBSOCKET_FRAME {
    @Override
    RawSocket open(Ports ports, String from) throws IOException {
      return RawSocket.webSocket(new RawSocket(from, ports.http()), "/echo");
    }

    @Override
    byte[] message(RawSocket socket, int size) {
      return RawSocket.frame(TEXT, utf8("x".repeat(size)));
    }

    @Override
    String answer(RawSocket socket) throws IOException {
      return Integer.toHexString(socket.until(TEXT).charAt(0));
    }

    @Override
    String refusal(RawSocket socket) throws IOException {
      return Integer.toString(socket.closeCode());
    }
  },

  WEBSOCKET_FRAGMENTS {
    @Override
    RawSocket open(Ports ports, String from) throws IOException {
      return WEBSOCKET_FRAME.open(ports, from);
    }

    @Override
    byte[] message(RawSocket socket, int size) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int at = 0; at < size - 1; at += PIECE) {
        byte[] piece = utf8("x".repeat(Math.min(PIECE, size - 1 - at)));
        out.writeBytes(RawSocket.frame(at == 0 ? TEXT & 0x0F : 0, piece));
      }
      out.writeBytes(RawSocket.frame(0x80, utf8("x")));
      return out.toByteArray();
    }

    @Override
    int missing() {
      return RawSocket.frame(0x80, utf8("x")).length;
    }

    @Override
    String answer(RawSocket socket) throws IOException {
      return WEBSOCKET_FRAME.answer(socket);
    }

    @Override
    String refusal(RawSocket socket) throws IOException {
      return WEBSOCKET_FRAME.refusal(socket);
    }
  },

  XHR_SEND {
    @Override
    RawSocket open(Ports ports, String from) throws IOException {
      return inSession(ports, from);
    }

    @Override
    byte[] message(RawSocket socket, int size) {
      String body = "[\"" + "x".repeat(size - 4) + "\"]";
      return request("POST " + session(socket) + "/xhr_send", body);
    }
  },

  JSONP_SEND {
    @Override
    RawSocket open(Ports ports, String from) throws IOException {
      return inSession(ports, from);
    }

    @Override
    byte[] message(RawSocket socket, int size) {
      String body = "[\"" + "x".repeat(size - 4) + "\"]";
      return request("POST " + session(socket) + "/jsonp_send", body);
    }
  },

  PUBLICATION {
    @Override
    RawSocket open(Ports ports, String from) throws IOException {
      return new RawSocket(from, ports.admin());
    }

    @Override
    byte[] message(RawSocket socket, int size) {
      return request("POST /api/publish?address=public.a", "x".repeat(size));
    }
  },

  HEAD_OF_A_REQUEST {
    @Override
    RawSocket open(Ports ports, String from) throws IOException {
      return new RawSocket(from, ports.http());
    }

    @Override
    byte[] message(RawSocket socket, int size) {
      StringBuilder head = new StringBuilder("GET /echo/info HTTP/1.1\r\nHost: here\r\n");
      int wanted = Math.min(size, MOST_HEAD);
      for (int i = 0; head.length() < wanted; i++) {
        String line = "X-" + i + ": ";
        int more = Math.max(1, Math.min(100, wanted - head.length() - line.length()));
        head.append(line).append("x".repeat(more)).append("\r\n");
      }
      return utf8(head + "\r\n");
    }
  };

  static final int TEXT = 0x81;
  static final int MOST_HEAD = 7_000;
  private static final int PIECE = 16 << 10;

  /** The ports of a gateway. */
  record Ports(int http, int stomp, int tcpBridge, int admin) {}

  /** Opens a connection that is ready for the message. */
  abstract RawSocket open(Ports ports, String from) throws IOException;

  /** A complete message with about that many bytes. */
  abstract byte[] message(RawSocket socket, int size);

  /** The number of bytes at the end that are sent later. */
  int missing() {
    return 1;
  }

  /** The beginning of the answer to a complete message. */
  String answer(RawSocket socket) throws IOException {
    return socket.head().substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
  }

  /** The refusal for a message that was not completed. */
  String refusal(RawSocket socket) throws IOException {
    return socket.untilTheEnd();
  }

  /** Connects and sends the message without its end. */
  RawSocket begin(Ports ports, String from, int size) throws IOException {
    RawSocket socket = open(ports, from);
    byte[] message = message(socket, size);
    socket.send(Arrays.copyOf(message, message.length - missing()));
    return socket;
  }

  /** Sends the end, and returns the beginning of the answer. */
  String end(RawSocket socket) throws IOException {
    byte[] message = message(socket, 1_000);
    socket.send(Arrays.copyOfRange(message, message.length - missing(), message.length));
    return answer(socket);
  }

  /** Opens a session for a body, but sends no second poll, which the test does not need. */
  private static RawSocket inSession(Ports ports, String from) throws IOException {
    RawSocket socket = new RawSocket(from, ports.http());
    byte[] poll = request("POST " + session(socket) + "/xhr", "");
    try (RawSocket first = new RawSocket(from, ports.http())) {
      first.send(poll);
      first.head();
      first.until('\n');
      first.send(poll);
    }
    return socket;
  }

  private static String session(RawSocket socket) {
    return "/echo/0/" + socket.id();
  }

  private static byte[] request(String line, String body) {
    return utf8(
        line
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
