package io.busbar.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** One TCP connection of a test, with TLS or without. Used by the test's thread. */
public final class Line implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 20_000;

  private final Socket socket;
  private final InputStream in;

  private Line(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
  }

  public static Line plain(int port) throws IOException {
    return new Line(connect(port));
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
    return socket;
  }

  /** Connects with TLS. */
  public static Line tls(int port, SSLContext context, String... suites) throws IOException {
    SSLSocket socket = socket(port, context);
    if (suites.length > 0) {
      socket.setEnabledCipherSuites(suites);
    }
    socket.startHandshake();
    return new Line(socket);
  }

  /** Connects with one version of TLS. */
  static Line tlsOf(String version, int port, SSLContext context) throws IOException {
    SSLSocket socket = socket(port, context);
    socket.setEnabledProtocols(new String[] {version});
    socket.startHandshake();
    return new Line(socket);
  }

  /** Connects with TLS, and offers protocols in ALPN. */
  static Line tls(int port, SSLContext context, List<String> protocols) throws IOException {
    SSLSocket socket = socket(port, context);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols.toArray(String[]::new));
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return new Line(socket);
  }

  private static SSLSocket socket(int port, SSLContext context) throws IOException {
    return (SSLSocket)
        context.getSocketFactory().createSocket(connect(port), "localhost", port, true);
  }

  /** Starts TLS on this connection, after the text that was sent on it. */
  public Line upgrade(SSLContext context) throws IOException {
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", 0, true);
    tls.startHandshake();
    return new Line(tls);
  }

  SSLSocket tls() {
    return (SSLSocket) socket;
  }

  public Line say(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  /** Reads up to and including this text, or to the end. */
  public String until(String last) throws IOException {
    StringBuilder received = new StringBuilder();
    int next;
    while (received.indexOf(last) < 0 && (next = in.read()) >= 0) {
      received.append((char) next);
    }
    return received.toString();
  }

  /** Reads that number of bytes, or fewer at the end. */
  public byte[] next(int bytes) throws IOException {
    return in.readNBytes(bytes);
  }

  /** Reads to the end; a reset counts as an end, too. */
  public String rest() throws IOException {
    StringBuilder received = new StringBuilder();
    try {
      int next;
      while ((next = in.read()) >= 0) {
        received.append((char) next);
      }
    } catch (SocketException e) {
      return received.toString();
    }
    return received.toString();
  }

  /** Sends a byte ten times a second until the other side has closed. */
  public void drip(String text) throws IOException, InterruptedException {
    Thread dripping =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < text.length(); i++) {
                  say(text.substring(i, i + 1));
                  LockSupport.parkNanos(100_000_000);
                }
              } catch (IOException closed) {
                return;
              }
            });
    dripping.start();
    rest();
    socket.close();
    dripping.join();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
