package io.busbar.protocol.pusher;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Session;
import io.busbar.hub.Transport;
import io.busbar.protocol.Client;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.Receiver;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Pusher protocol, versions 5 to 7, for the clients of one app. Any thread may use it; a
 * connection is accepted on its own event loop.
 */
final class PusherProtocol implements MessageProtocol {
  static final String NAME = "pusher";

  private static final List<String> SPOKEN = List.of("5", "6", "7");
  private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z._+-]{1,64}");

  private final PusherNode node;
  private final PusherApp app;
  private final AtomicInteger connections = new AtomicInteger();

  PusherProtocol(PusherNode node, PusherApp app) {
    this.node = node;
    this.app = app;
  }

  @Override
  public Receiver accept(Transport under, Client client) {
    PusherTransport transport = new PusherTransport(under);
    Session session = node.hub().join(transport, NAME, client.principal(), SocketIds.next());
    PusherSession receiver = new PusherSession(node, app, session, connections::decrementAndGet);
    boolean full = connections.incrementAndGet() > app.limits().connections();
    Disconnect fault = full ? PusherDisconnects.TOO_MANY : fault(client.query());
    if (!app.config().enabled()) {
      fault = PusherDisconnects.DISABLED;
    }
    if (fault == null) {
      transport.onTick(receiver::tick);
      receiver.open();
    } else {
      session.close(fault);
    }
    return receiver;
  }

  private static @Nullable Disconnect fault(@Nullable String query) {
    Map<String, List<String>> given = new QueryStringDecoder("?" + query).parameters();
    List<String> protocol = given.get("protocol");
    if (query == null || protocol == null) {
      return PusherDisconnects.NO_PROTOCOL;
    }
    if (!SPOKEN.contains(protocol.get(0))) {
      return PusherDisconnects.OTHER_PROTOCOL;
    }
    String version = given.getOrDefault("version", List.of("1")).get(0);
    return VERSION.matcher(version).matches() ? null : PusherDisconnects.BAD_VERSION;
  }
}
