package io.busbar.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;

/**
 * A simple WebSocket client that writes and reads frames, right or wrong, and sees how TCP ends.
 * Used by the test's thread.
 */
public final class FrameSocket implements AutoCloseable {
  public static final int TEXT = 0x81;
  public static final int BINARY = 0x82;
  public static final int CLOSE = 0x88;
  public static final int COMPRESSED = 0x40;
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final int NOT_FINAL = 0x7F;

  private static final Random MASKS = new Random(7);

  private final Socket socket;
  private final DataInputStream in;
  private String head;

  private FrameSocket(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
  }

  /** Connects and asks for a WebSocket; {@link #head} is the answer. */
  public static FrameSocket connect(int port, String path, String... headers) throws IOException {
    return new FrameSocket(tcp(port)).handshake(path, headers);
  }

  /** Connects over TLS. */
  public static FrameSocket tls(int port, String path, SSLContext context) throws IOException {
    Socket tls = context.getSocketFactory().createSocket(tcp(port), "localhost", port, true);
    return new FrameSocket(tls).handshake(path);
  }

  private static Socket tcp(int port) throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    return socket;
  }

  private FrameSocket handshake(String path, String... headers) throws IOException {
    String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    send(
        ("GET "
                + path
                + " HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                + lines
                + "\r\n")
            .getBytes(US_ASCII));
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("\r\n\r\n") < 0) {
      answer.append((char) in.readByte());
    }
    head = answer.toString();
    return this;
  }

  /** Returns the status of the answer to the handshake. */
  public int status() {
    return Integer.parseInt(head.split(" ")[1]);
  }

  /** Returns the head of the answer, with all headers. */
  public String head() {
    return head;
  }

  /** Returns a header of the answer to the handshake; null for none. */
  public String header(String name) {
    return head.lines()
        .filter(
            line ->
                line.toLowerCase(java.util.Locale.ROOT)
                    .startsWith(name.toLowerCase(java.util.Locale.ROOT) + ":"))
        .map(line -> line.substring(name.length() + 1).trim())
        .findFirst()
        .orElse(null);
  }

  public FrameSocket text(String message) throws IOException {
    return send(frame(TEXT, message.getBytes(UTF_8)));
  }

  public FrameSocket send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Returns a masked frame. */
  public static byte[] frame(int firstByte, byte[] payload) {
    byte[] mask = new byte[4];
    MASKS.nextBytes(mask);
    return frame(firstByte, payload, mask);
  }

  /** Returns a frame with that mask of four bytes. */
  public static byte[] frame(int firstByte, byte[] payload, byte[] mask) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 14);
    out.write(firstByte);
    if (payload.length < 126) {
      out.write(0x80 | payload.length);
    } else if (payload.length < 65_536) {
      out.write(0x80 | 126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    } else {
      out.write(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) payload.length >> shift));
      }
    }
    out.writeBytes(mask);
    for (int i = 0; i < payload.length; i++) {
      out.write(payload[i] ^ mask[i % 4]);
    }
    return out.toByteArray();
  }

  /** Returns the message in frames of that number of bytes. */
  static byte[] fragments(int firstByte, byte[] payload, int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int from = 0;
    do {
      int to = Math.min(payload.length, from + size);
      int first = from == 0 ? firstByte : 0x80;
      byte[] part = java.util.Arrays.copyOfRange(payload, from, to);
      out.writeBytes(frame(to == payload.length ? first : first & NOT_FINAL, part));
      from = to;
    } while (from < payload.length);
    return out.toByteArray();
  }

  /** Returns a close frame. */
  public static byte[] close(int code) {
    return frame(CLOSE, new byte[] {(byte) (code >> 8), (byte) code});
  }

  /** A frame from the server. */
  public record Frame(int first, byte[] payload) {
    public boolean isClose() {
      return first == CLOSE;
    }

    public String text() {
      return new String(payload, UTF_8);
    }

    /** Returns the code of a close frame; 1005 for none. */
    public int code() {
      return payload.length < 2 ? 1005 : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
    }
  }

  /** Reads the next frame; returns null when the server has ended the connection cleanly. */
  public Frame next() throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    long length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    byte[] payload = in.readNBytes((int) length);
    if (payload.length < length) {
      throw new EOFException("the connection ended within a frame");
    }
    return new Frame(first, payload);
  }

  /** Reads all frames up to and including the close frame. */
  public List<Frame> untilClose() throws IOException {
    List<Frame> frames = new ArrayList<>();
    Frame next;
    do {
      next = next();
      if (next == null) {
        throw new EOFException("ended without a close frame, after " + frames.size() + " frames");
      }
      frames.add(next);
    } while (!next.isClose());
    return frames;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
