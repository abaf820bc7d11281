package io.busbar.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The guard against connections without requests. It closes those that do not complete the head of
 * their first request in time, and those that stay open without another one. Owned by one event
 * loop.
 */
final class ConnectionGuard {
  private static final long KEEP_ALIVE_MILLIS = 75_000;
  private static final long SWEEP_MILLIS = 1_000;

  /** The state of one open connection. Owned by the event loop. */
  private static final class Watched {
    private long deadline;
    private int requests;
  }

  private final Vertx vertx;
  private final long requestTimeoutMillis;
  private final long timer;
  private final Map<HttpConnection, Watched> connections = new IdentityHashMap<>();

  ConnectionGuard(Vertx vertx, long requestTimeoutMillis) {
    this.vertx = vertx;
    this.requestTimeoutMillis = requestTimeoutMillis;
    this.timer = vertx.setPeriodic(SWEEP_MILLIS, id -> sweep());
  }

  void connected(HttpConnection connection) {
    Watched watched = new Watched();
    watched.deadline = System.currentTimeMillis() + requestTimeoutMillis;
    connections.put(connection, watched);
    connection.closeHandler(closed -> connections.remove(connection));
  }

  /**
   * Notes that the head of a request is complete: the connection is busy until the answer. The
   * guard ignores a connection with a WebSocket request, unless that is refused.
   */
  void requestBegins(RoutingContext routing) {
    HttpConnection connection = routing.request().connection();
    Watched watched = connections.get(connection);
    if (watched != null) {
      watched.requests++;
      boolean upgrade = routing.request().headers().contains(HttpHeaders.UPGRADE);
      if (upgrade) {
        connections.remove(connection);
      }
      routing.addEndHandler(
          ended -> {
            watched.requests--;
            watched.deadline = System.currentTimeMillis() + KEEP_ALIVE_MILLIS;
            if (upgrade && ended.succeeded()) {
              connections.put(connection, watched);
            }
          });
    }
    routing.next();
  }

  void close() {
    vertx.cancelTimer(timer);
  }

  private void sweep() {
    long now = System.currentTimeMillis();
    for (Map.Entry<HttpConnection, Watched> entry : Map.copyOf(connections).entrySet()) {
      if (entry.getValue().requests == 0 && entry.getValue().deadline < now) {
        entry.getKey().close();
      }
    }
  }
}
