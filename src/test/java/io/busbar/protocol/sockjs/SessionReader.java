package io.busbar.protocol.sockjs;

import io.busbar.protocol.session.RawHttp;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A bridge client over one of the SockJS HTTP transports, which notes the numbers that it gets.
 * When its node does not respond, it continues at another one. Owned by its own thread; any thread
 * may look at the results.
 */
final class SessionReader {
  private final String url;
  private final String transport;
  private final int last;
  private final int rest;
  private final List<Integer> got = new CopyOnWriteArrayList<>();
  private volatile String closed;
  private int port;

  /**
   * @param last the number after the last one
   * @param via port of the first node
   * @param rest port of the node that it turns to
   */
  SessionReader(String url, String transport, int last, int via, int rest) {
    this.url = url;
    this.transport = transport;
    this.last = last;
    this.port = via;
    this.rest = rest;
  }

  /** Will read to the last number or the end of the session; fails when nothing comes. */
  CompletableFuture<Void> start() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                while (closed == null && !isComplete()) {
                  connect();
                }
                done.complete(null);
              } catch (InterruptedIOException e) {
                done.completeExceptionally(new AssertionError("nothing came: " + this, e));
              } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
              }
            });
    thread.start();
    return done;
  }

  private void connect() throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      while (closed == null && !isComplete()) {
        String method = transport.equals("eventsource") ? "GET" : "POST";
        read(http.send(method, url + "/" + transport, method.equals("GET") ? null : "").answer());
      }
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      port = rest;
    }
  }

  /** Reads whole frames; a partial frame is ignored. */
  private void read(RawHttp.Answer answer) throws IOException {
    if (answer.status() != 200) {
      throw new IllegalStateException(answer.status() + " to " + this);
    }
    if (!answer.isChunked()) {
      answer.body().lines().forEach(this::line);
      return;
    }
    StringBuilder torn = new StringBuilder();
    while (closed == null && !isComplete()) {
      String chunk = answer.chunk();
      if (chunk.isEmpty()) {
        return;
      }
      torn.append(chunk);
      for (int end = torn.indexOf("\n"); end >= 0; end = torn.indexOf("\n")) {
        line(torn.substring(0, end));
        torn.delete(0, end + 1);
      }
    }
    throw new EOFException("enough");
  }

  private void line(String line) {
    String text = line.strip();
    String frame = text.startsWith("data: ") ? text.substring(6) : text;
    if (frame.startsWith("a")) {
      List<Integer> numbers = new ArrayList<>();
      new JsonArray(frame.substring(1))
          .forEach(message -> numbers.add(new JsonObject((String) message).getInteger("body")));
      got.addAll(numbers);
    } else if (frame.startsWith("c")) {
      closed = frame;
    } else if (frame.equals("o")) {
      throw new IllegalStateException("a new session in place of the old: " + this);
    }
  }

  /** Returns whether all numbers have come. */
  boolean isComplete() {
    return got.size() >= last;
  }

  boolean isWellUnderWay() {
    return got.size() > last / 8;
  }

  List<Integer> got() {
    return got;
  }

  boolean isInterrupted() {
    return "c[1002,\"Connection interrupted\"]".equals(closed);
  }

  @Override
  public String toString() {
    return transport + " " + got.size() + (closed == null ? "" : " " + closed);
  }
}
