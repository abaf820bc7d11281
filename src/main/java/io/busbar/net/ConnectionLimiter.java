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
 * The handler between the listening sockets and the event loops: it refuses connections beyond the
 * limits before they cost anything. It ignores ports without a policy, such as those of the cluster
 * and the operator. Any thread may set a policy; the rest runs on the acceptor's event loop.
 */
@Sharable
public final class ConnectionLimiter extends ChannelInboundHandlerAdapter {
  private final Connections connections;
  private final Map<Integer, AcceptPolicy> policies = new ConcurrentHashMap<>();

  public ConnectionLimiter(Connections connections) {
    this.connections = connections;
  }

  public Connections connections() {
    return connections;
  }

  /** Sets the policy of the port. */
  public void keep(int port, AcceptPolicy policy) {
    policies.put(port, policy);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    Channel child = (Channel) accepted;
    AcceptPolicy policy = policy(child.localAddress());
    if (policy == null || letIn(child, policy)) {
      if (policy != null) {
        policy.watch().accept(child);
      }
      context.fireChannelRead(accepted);
    } else {
      RefusedConnection.show(context.channel().eventLoop(), child, policy.plainHttp());
    }
  }

  private @Nullable AcceptPolicy policy(SocketAddress local) {
    return local instanceof InetSocketAddress
        ? policies.get(((InetSocketAddress) local).getPort())
        : null;
  }

  private boolean letIn(Channel child, AcceptPolicy policy) {
    if (!(child.remoteAddress() instanceof InetSocketAddress)) {
      return false;
    }
    InetAddress peer = ((InetSocketAddress) child.remoteAddress()).getAddress();
    boolean proxy = policy.proxies().contains(peer);
    if (policy.onlyProxies() && !proxy || !connections.enter()) {
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
