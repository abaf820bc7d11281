package io.busbar.protocol.stomp;

import io.busbar.BusbarProcess;
import io.busbar.protocol.stomp.StompTestClient.Received;
import java.util.Optional;
import java.util.Random;

/** A client that connects to the nodes again and again. Owned by its own thread. */
abstract class AuditClient {
  /** The transport of a connection. */
  enum Via {
    TCP,
    WEB_SOCKET,
    SOCKJS
  }

  final String name;
  final QueueAudit audit;
  final Random random;
  final Thread thread;
  private int connections;
  private volatile BusbarProcess node;
  private StompTestClient client;

  AuditClient(String name, QueueAudit audit, long seed) {
    this.name = name;
    this.audit = audit;
    this.random = new Random(seed);
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /** Returns the node that it is connected to; null for none. */
  BusbarProcess node() {
    return node;
  }

  int connections() {
    return connections;
  }

  StompTestClient client() {
    return client;
  }

  private void run() {
    try {
      while (!isOver()) {
        connect();
        if (client != null) {
          live();
          client.close();
        }
        node = null;
      }
    } catch (Exception | AssertionError e) {
      audit.record().broken(name + ": " + e);
    }
  }

  /** Returns whether it need not connect again. */
  abstract boolean isOver();

  /** Returns whether it must not connect to a node that is about to be killed. */
  abstract boolean needsSafety();

  /** Works on the connection until the connection ends or the client leaves. */
  abstract void live();

  /** Connects, over another transport each time. */
  private void connect() {
    client = null;
    Optional<BusbarProcess> found = audit.nodes().any(random, needsSafety());
    if (found.isEmpty()) {
      return;
    }
    node = found.get();
    if (needsSafety() && audit.nodes().isCondemned(node)) {
      node = null;
      return;
    }
    Via via = Via.values()[(connections + first()) % Via.values().length];
    try {
      StompTestClient made = new StompTestClient(connection(via));
      made.send("CONNECT\naccept-version:1.2\nhost:here\n\n\0");
      Received connected = next(made);
      if (connected == null || !connected.command().equals("CONNECTED")) {
        made.close();
        node = null;
        return;
      }
      connections++;
      client = made;
    } catch (Exception | AssertionError e) {
      // That node has gone or does not answer; the next attempt uses another one.
      node = null;
    }
  }

  /** Returns the transport of its first connection. */
  abstract int first();

  private StompConnection connection(Via via) {
    String host = node.http().getHost();
    return switch (via) {
      case TCP -> TcpStompConnection.connect(host, node.stompPort());
      case WEB_SOCKET -> WebSocketStompConnection.connect(host, node.httpPort(), "/stomp");
      case SOCKJS -> SockJsStompConnection.connect(host, node.httpPort());
    };
  }

  /** Returns the next frame; null when the connection has ended. */
  private static Received next(StompTestClient from) {
    while (true) {
      boolean ended = from.isClosed();
      Received frame = from.nextOrNull();
      if (frame != null || ended) {
        return frame;
      }
    }
  }

  Received next() {
    return next(client);
  }
}
