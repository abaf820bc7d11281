package io.busbar.http;

import io.busbar.net.Connections;
import io.busbar.net.Proxies;
import io.netty.channel.Channel;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The count of clients behind a proxy, whose connection may carry requests of many. A request
 * counts until its end, and a WebSocket while it is open. Other clients were counted when they
 * connected. Any thread may use it.
 */
final class ProxiedClients implements Handler<RoutingContext> {
  private final Proxies proxies;
  private final Connections connections;

  ProxiedClients(Proxies proxies, Connections connections) {
    this.proxies = proxies;
    this.connections = connections;
  }

  @Override
  public void handle(RoutingContext routing) {
    Channel channel = ((ConnectionBase) routing.request().connection()).channel();
    InetAddress client = Proxies.address(routing.request().remoteAddress());
    if (client == null || !isProxy(channel) || proxies.contains(client)) {
      routing.next();
    } else if (connections.enter(client)) {
      CountedRequest visit = new CountedRequest(client);
      boolean upgrade = routing.request().headers().contains(HttpHeaders.UPGRADE);
      routing.addEndHandler(
          ended -> {
            if (!upgrade || ended.succeeded()) {
              visit.end();
            }
          });
      if (upgrade) {
        channel.closeFuture().addListener(closed -> visit.end());
      }
      routing.next();
    } else {
      routing
          .response()
          .setStatusCode(503)
          .putHeader(HttpHeaders.RETRY_AFTER, "10")
          .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=UTF-8")
          .end("too many connections\n");
    }
  }

  private boolean isProxy(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress
        && proxies.contains(((InetSocketAddress) channel.remoteAddress()).getAddress());
  }

  /** One counted request or WebSocket, which ends once. Owned by the connection's event loop. */
  private final class CountedRequest {
    private final InetAddress client;
    private boolean over;

    private CountedRequest(InetAddress client) {
      this.client = client;
    }

    private void end() {
      if (!over) {
        over = true;
        connections.leave(client);
      }
    }
  }
}
