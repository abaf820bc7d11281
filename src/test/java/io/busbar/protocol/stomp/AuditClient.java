package io.busbar.protocol.stomp;

import io.busbar.BusbarProcess;
import io.busbar.protocol.stomp.StompTestClient.Received;
import java.util.Optional;
import java.util.Random;

/** Somebody who connects to some node again and again. Owned by its thread. */
abstract class AuditClient {
  /** How it connects. */
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

  /** Where it is; null for nowhere. */
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

  /** Whether it need not come again. */
  abstract boolean isOver();

  /** Whether a node that is about to be killed is none for it. */
  abstract boolean needsSafety();

  /** Does its work on the connection, until that ends or it leaves. */
  abstract void live();

  /** Goes over another transport each time. */
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
      StompTestClient made = new StompTestClient(wire(via));
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
      // That node is gone, or does not answer just now; another one will.
      node = null;
    }
  }

  /** The transport of its first connection. */
  abstract int first();

  private StompWire wire(Via via) {
    String host = node.http().getHost();
    return switch (via) {
      case TCP -> TcpWire.connect(host, node.stompPort());
      case WEB_SOCKET -> WebSocketWire.connect(host, node.httpPort(), "/stomp");
      case SOCKJS -> SockJsWire.connect(host, node.httpPort());
    };
  }

  /** The next frame; null when the connection has ended. */
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
