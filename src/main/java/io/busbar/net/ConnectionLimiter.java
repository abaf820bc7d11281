package io.busbar.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a listening socket and the event loops: a connection too many is turned away
 * before anything is spent on it. Ports that were not given a door are none of its business: the
 * cluster's, the operator's. Its handlers run on the acceptor's loop.
 */
@Sharable
public final class ConnectionLimiter extends ChannelInboundHandlerAdapter {
  private final Connections connections;
  private final Map<Integer, AcceptPolicy> doors = new ConcurrentHashMap<>();

  public ConnectionLimiter(Connections connections) {
    this.connections = connections;
  }

  public Connections connections() {
    return connections;
  }

  /** Will keep the door of that port from now on. */
  public void keep(int port, AcceptPolicy door) {
    doors.put(port, door);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    Channel child = (Channel) accepted;
    AcceptPolicy door = door(child.localAddress());
    if (door == null || letIn(child, door)) {
      if (door != null) {
        door.watch().accept(child);
      }
      context.fireChannelRead(accepted);
    } else {
      TurnedAway.show(context.channel().eventLoop(), child, door.plainHttp());
    }
  }

  private @Nullable AcceptPolicy door(SocketAddress local) {
    return local instanceof InetSocketAddress
        ? doors.get(((InetSocketAddress) local).getPort())
        : null;
  }

  private boolean letIn(Channel child, AcceptPolicy door) {
    if (!(child.remoteAddress() instanceof InetSocketAddress)) {
      return false;
    }
    InetAddress peer = ((InetSocketAddress) child.remoteAddress()).getAddress();
    boolean proxy = door.proxies().contains(peer);
    if (door.onlyProxies() && !proxy || !connections.enter()) {
      return false;
    }
    if (!proxy && !connections.enter(peer)) {
      connections.leave();
      return false;
    }
    child
        .closeFuture()
        .addListener(
            closed -> {
              connections.leave();
              if (!proxy) {
                connections.leave(peer);
              }
            });
    return true;
  }
}
