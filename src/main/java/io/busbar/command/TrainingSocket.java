package io.busbar.command;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection of a client that sends text and waits for text. Used by one thread. */
interface TrainingSocket extends AutoCloseable {
  int PATIENCE_SECONDS = 10;

  /** Sends the text. It blocks until the text is written. */
  void send(String text) throws IOException;

  /** Waits for a piece that contains the text. Fails if none arrives in time. */
  void expect(String text) throws IOException, InterruptedException;

  @Override
  void close() throws IOException;

  /** Opens a WebSocket. */
  static TrainingSocket webSocket(HttpClient client, URI uri, String... subprotocol) {
    Messages messages = new Messages();
    WebSocket.Builder builder = client.newWebSocketBuilder();
    if (subprotocol.length > 0) {
      builder.subprotocols(subprotocol[0]);
    }
    WebSocket socket = builder.buildAsync(uri, messages).join();
    return new TrainingSocket() {
      @Override
      public void send(String text) {
        socket.sendText(text, true).join();
      }

      @Override
      public void expect(String text) throws IOException, InterruptedException {
        messages.expect(text);
      }

      @Override
      public void close() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
      }
    };
  }

  /** Opens a TCP connection. */
  static TrainingSocket tcp(String host, int port) throws IOException {
    Socket socket = new Socket(host, port);
    socket.setSoTimeout(PATIENCE_SECONDS * 1000);
    return new TrainingSocket() {
      @Override
      public void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      }

      @Override
      public void expect(String text) throws IOException {
        StringBuilder received = new StringBuilder();
        while (received.indexOf(text) < 0) {
          int next = socket.getInputStream().read();
          if (next < 0) {
            throw new IOException("closed before " + text);
          }
          received.append((char) next);
        }
      }

      @Override
      public void close() throws IOException {
        socket.close();
      }
    };
  }

  /**
   * The pieces that a WebSocket has received. The HTTP client adds them on its threads, and the
   * owner of the socket takes them.
   */
  final class Messages implements WebSocket.Listener {
    private final BlockingQueue<String> pieces = new LinkedBlockingQueue<>();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      pieces.add(data.toString());
      socket.request(1);
      return null;
    }

    void expect(String text) throws IOException, InterruptedException {
      for (String piece = ""; !piece.contains(text); ) {
        piece = pieces.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (piece == null) {
          throw new IOException("never heard " + text);
        }
      }
    }
  }
}
