package io.busbar.hostile;

import io.busbar.protocol.FrameSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.Deflater;

/**
 * A blocking TCP connection for clients that follow no protocol. One thread may use it; others may
 * close it.
 */
final class RawSocket implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 60_000;

  private final Socket socket = new Socket();
  private final InputStream in;
  private final String id = UUID.randomUUID().toString();

  RawSocket(int port) throws IOException {
    this("127.0.0.1", port);
  }

  /**
   * @param from the local address: any in 127.0.0.0/8
   * @param port the port of the gateway
   */
  RawSocket(String from, int port) throws IOException {
    socket.bind(new InetSocketAddress(from, 0));
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    in = socket.getInputStream();
  }

  /** A unique name of this connection. */
  String id() {
    return id;
  }

  /** Opens a WebSocket that offers permessage-deflate. */
  static RawSocket webSocket(int port, String path) throws IOException {
    return webSocket(new RawSocket(port), path);
  }

  static RawSocket webSocket(RawSocket raw, String path) throws IOException {
    raw.send(
        "GET "
            + path
            + " HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
    raw.head();
    return raw;
  }

  /** Reads the head of an HTTP response. */
  String head() throws IOException {
    StringBuilder head = new StringBuilder();
    int octet = 0;
    while (head.indexOf("\r\n\r\n") < 0 && (octet = in.read()) >= 0) {
      head.append((char) octet);
    }
    return head.toString();
  }

  /** Reads up to this octet. */
  String until(int last) throws IOException {
    StringBuilder text = new StringBuilder();
    int octet = 0;
    while (octet >= 0 && (text.isEmpty() || octet != last)) {
      octet = in.read();
      text.append((char) octet);
    }
    return text.toString();
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Sends the bytes again and again until the server closes the connection; returns how often. */
  int sendUntilCut(byte[] bytes, int most) {
    int times = 0;
    try {
      while (times < most) {
        send(bytes);
        times++;
      }
    } catch (IOException e) {
      // The server must close the connection.
    }
    return times;
  }

  /** Makes a message of the TCP bridge: the text after its length. */
  static byte[] withLength(String message) {
    byte[] utf8 = message.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Integer.BYTES + utf8.length).putInt(utf8.length).put(utf8).array();
  }

  /** Makes a masked WebSocket frame; the mask is zero. */
  static byte[] frame(int firstByte, byte[] payload) {
    return FrameSocket.frame(firstByte, payload, new byte[4]);
  }

  /** Makes the payload of one deflated text message with that many zeros (RFC 7692, 7.2.1). */
  static byte[] bomb(int size) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    deflater.setInput(new byte[size]);
    byte[] out = new byte[size / 100 + 1000];
    int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
    deflater.end();
    return java.util.Arrays.copyOf(out, length - 4);
  }

  /** Reads the text of the next frame. */
  String message() throws IOException {
    in.read();
    int length = in.read();
    if (length == 126) {
      length = in.read() << 8 | in.read();
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  /** Reads the code of the next close frame; 1006 if the connection ends without one. */
  int closeCode() throws IOException {
    try {
      for (int first = in.read(); first >= 0; first = in.read()) {
        int length = in.read();
        if (length == 126) {
          length = in.read() << 8 | in.read();
        }
        byte[] payload = in.readNBytes(length);
        if (first == 0x88 && length >= 2) {
          return (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
        }
      }
    } catch (SocketException e) {
      // The connection was reset.
    }
    return 1006;
  }

  /** Whether there is data that was not read yet. */
  boolean isAnswered() {
    try {
      return in.available() > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Reads until the data contains the text, the connection ends, or no data comes for that time.
   */
  String until(String words, int quietMillis) throws IOException {
    return until(words, quietMillis, quietMillis);
  }

  /**
   * Does the same with a longer time for the first data.
   *
   * @param words the text
   * @param firstMillis the longest wait for the first data, in milliseconds
   * @param quietMillis the longest wait for more data, in milliseconds
   */
  String until(String words, int firstMillis, int quietMillis) throws IOException {
    socket.setSoTimeout(firstMillis);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] some = new byte[65_536];
    try {
      for (int n = in.read(some); n >= 0; n = in.read(some)) {
        all.write(some, 0, n);
        if (all.toString(StandardCharsets.UTF_8).contains(words)) {
          break;
        }
        socket.setSoTimeout(quietMillis);
      }
    } catch (SocketTimeoutException | SocketException e) {
      // No more data comes.
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  /** Reads until the server ends the connection. */
  String untilTheEnd() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      in.transferTo(all);
    } catch (SocketException e) {
      all.writeBytes("(reset)".getBytes(StandardCharsets.UTF_8));
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
