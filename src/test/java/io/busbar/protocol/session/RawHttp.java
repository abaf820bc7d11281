package io.busbar.protocol.session;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One TCP connection with HTTP for tests, byte for byte, that a test can abort. Used by the test's
 * thread.
 */
public final class RawHttp implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;

  private final Socket socket;
  private final InputStream in;

  public RawHttp(int port) throws IOException {
    this(port, 0);
  }

  public RawHttp(int port, int receiveBuffer) throws IOException {
    socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    in = socket.getInputStream();
  }

  /** A response; its body is read on demand. */
  public final class Answer {
    private final String version;
    private final int status;
    private final Map<String, List<String>> headers = new TreeMap<>();

    private Answer() throws IOException {
      String[] first = line().split(" ", 3);
      version = first[0];
      status = Integer.parseInt(first[1]);
      String next;
      while (!(next = line()).isEmpty()) {
        int colon = next.indexOf(':');
        headers
            .computeIfAbsent(
                next.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
            .add(next.substring(colon + 1).trim());
      }
    }

    public String version() {
      return version;
    }

    public int status() {
      return status;
    }

    /** Returns the header; null for none. */
    public String header(String name) {
      List<String> all = headers.get(name.toLowerCase(Locale.ROOT));
      return all == null ? null : all.get(0);
    }

    public List<String> headers(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    public Set<String> names() {
      return headers.keySet();
    }

    public boolean isChunked() {
      return "chunked".equals(header("transfer-encoding"));
    }

    /** Reads the whole body. */
    public String body() throws IOException {
      if (status == 204 || status == 304 || status == 101) {
        return "";
      }
      if (isChunked()) {
        StringBuilder all = new StringBuilder();
        String next;
        while (!(next = chunk()).isEmpty()) {
          all.append(next);
        }
        return all.toString();
      }
      String length = header("content-length");
      return length == null
          ? new String(in.readAllBytes(), StandardCharsets.UTF_8)
          : read(Integer.parseInt(length));
    }

    /** Reads the next chunk; empty at the end. */
    public String chunk() throws IOException {
      String chunk = read(Integer.parseInt(line(), 16));
      line();
      return chunk;
    }
  }

  public RawHttp send(String method, String path, String body, String... headers)
      throws IOException {
    return sendAs("HTTP/1.1", method, path, body, headers);
  }

  public RawHttp sendAs(String version, String method, String path, String body, String... headers)
      throws IOException {
    StringBuilder request = new StringBuilder();
    request.append(method).append(' ').append(path).append(' ').append(version).append("\r\n");
    request.append("Host: 127.0.0.1\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    byte[] bytes = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
    if (body != null) {
      request.append("Content-Length: ").append(bytes.length).append("\r\n");
    }
    request.append("\r\n");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(request.toString().getBytes(StandardCharsets.UTF_8));
    out.write(bytes);
    raw(out.toByteArray());
    return this;
  }

  public RawHttp raw(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  public Answer answer() throws IOException {
    return new Answer();
  }

  public Answer get(String path, String... headers) throws IOException {
    return send("GET", path, null, headers).answer();
  }

  public Answer post(String path, String body, String... headers) throws IOException {
    return send("POST", path, body, headers).answer();
  }

  /** Reads that many bytes as text. */
  public String read(int size) throws IOException {
    byte[] bytes = in.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException("after " + bytes.length + " of " + size + " bytes");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Reads that many bytes. */
  public byte[] bytes(int size) throws IOException {
    return in.readNBytes(size);
  }

  /** Returns the number of unread bytes in the socket. */
  public int available() throws IOException {
    return in.available();
  }

  /** Returns whether the server has closed the connection. */
  public boolean isAtEnd() throws IOException {
    return in.read() < 0;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    int next;
    while ((next = in.read()) != '\n') {
      if (next < 0) {
        throw new EOFException("in a line: " + line);
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  /** Closes the connection with a reset. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
