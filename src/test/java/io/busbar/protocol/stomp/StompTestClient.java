package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A test client that writes given bytes and returns what comes as frames. Used by the test's
 * thread; the wire feeds it from an event loop.
 */
final class StompTestClient implements AutoCloseable, StompConnection.BytesHandler {
  private static final long SECONDS = 20;

  /** A frame from the server. Header values are as written on the wire. */
  record Received(String command, Map<String, String> headers, byte[] body) {
    String header(String name) {
      return headers.get(name);
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private final StompConnection connection;
  private final BlockingQueue<Received> frames = new LinkedBlockingQueue<>();
  private final BlockingQueue<Long> beats = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private byte[] rest = {};

  StompTestClient(StompConnection connection) {
    this.connection = connection;
    connection.listen(this);
  }

  /** Returns a client that has sent CONNECT and received CONNECTED. */
  static StompTestClient connected(StompConnection connection, String version) {
    StompTestClient client = new StompTestClient(connection);
    client.send("CONNECT\naccept-version:" + version + "\nhost:here\n\n\0");
    assertThat(client.next().command()).isEqualTo("CONNECTED");
    return client;
  }

  StompConnection connection() {
    return connection;
  }

  void send(String text) {
    connection.send(text);
  }

  /** Sends a frame with a receipt and waits for the receipt. */
  Received receipted(String frame) {
    send(frame.replaceFirst("\n", "\nreceipt:r\n"));
    Received receipt = next();
    assertThat(receipt.command() + receipt.headers()).isEqualTo("RECEIPT{receipt-id=r}");
    return receipt;
  }

  Received next() {
    try {
      Received frame = frames.poll(SECONDS, TimeUnit.SECONDS);
      assertThat(frame).as("a frame within " + SECONDS + " seconds").isNotNull();
      return frame;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the next frame; null when none comes within 100 ms. */
  Received nextOrNull() {
    try {
      return frames.poll(100, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the next frame, which must be a MESSAGE. */
  Received message() {
    Received frame = next();
    assertThat(frame.command()).as(frame::toString).isEqualTo("MESSAGE");
    return frame;
  }

  /** Returns the next frame, which must be an ERROR and must end the connection. */
  Received error() {
    Received frame = next();
    assertThat(frame.command()).as(frame::toString).isEqualTo("ERROR");
    awaitClosed();
    return frame;
  }

  void beat() {
    try {
      assertThat(beats.poll(SECONDS, TimeUnit.SECONDS)).as("a heart-beat").isNotNull();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for the end and returns the server's close code; 1006 for none. */
  int awaitClosed() {
    return closed.orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  boolean isClosed() {
    return closed.isDone();
  }

  int waiting() {
    return frames.size();
  }

  @Override
  public void received(byte[] bytes) {
    byte[] all = Arrays.copyOf(rest, rest.length + bytes.length);
    System.arraycopy(bytes, 0, all, rest.length, bytes.length);
    int at = 0;
    while (at < all.length) {
      if (all[at] == '\n') {
        beats.add(System.nanoTime());
        at++;
        continue;
      }
      int end = frame(all, at);
      if (end < 0) {
        break;
      }
      at = end;
    }
    rest = Arrays.copyOfRange(all, at, all.length);
  }

  /** Decodes one frame; returns its end, or -1 when it is incomplete. */
  private int frame(byte[] all, int from) {
    Map<String, String> headers = new LinkedHashMap<>();
    String command = null;
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int at = from; at < all.length; at++) {
      if (all[at] != '\n') {
        line.write(all[at]);
        continue;
      }
      String text = line.toString(StandardCharsets.UTF_8);
      line.reset();
      if (command == null) {
        command = text;
      } else if (!text.isEmpty()) {
        int colon = text.indexOf(':');
        headers.putIfAbsent(text.substring(0, colon), text.substring(colon + 1));
      } else {
        return body(command, headers, all, at + 1);
      }
    }
    return -1;
  }

  private int body(String command, Map<String, String> headers, byte[] all, int from) {
    int length = Integer.parseInt(headers.getOrDefault("content-length", "-1"));
    int end = from + Math.max(length, 0);
    while (length < 0 && end < all.length && all[end] != 0) {
      end++;
    }
    if (end >= all.length) {
      return -1;
    }
    assertThat(all[end]).as("the NUL after a body").isZero();
    frames.add(new Received(command, headers, Arrays.copyOfRange(all, from, end)));
    return end + 1;
  }

  @Override
  public void closed(int code) {
    closed.complete(code);
  }

  @Override
  public void close() {
    connection.close();
  }
}
