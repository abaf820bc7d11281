package io.busbar.net;

import io.busbar.config.Size;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.AttributeKey;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.net.TcpOption;
import org.jspecify.annotations.Nullable;

/**
 * The connections of the event bus to other nodes. They are recognised by their TCP time-out, which
 * no other connection sets. Each has a limit for waiting data. Any thread may use it.
 */
public final class NodeConnections {
  private static final AttributeKey<Boolean> TO_A_NODE = AttributeKey.valueOf("busbar.to-a-node");

  private final @Nullable Integer tcpTimeout;
  private final @Nullable WriteBufferWaterMark marks;

  private NodeConnections(@Nullable Integer tcpTimeout, @Nullable WriteBufferWaterMark marks) {
    this.tcpTimeout = tcpTimeout;
    this.marks = marks;
  }

  /** Returns the object for a node without a cluster. */
  public static NodeConnections none() {
    return new NodeConnections(null, null);
  }

  /**
   * Returns the connections of a bus with these options.
   *
   * @param backlog limit of the bytes that wait on each connection
   */
  public static NodeConnections of(EventBusOptions bus, Size backlog) {
    return new NodeConnections(
        bus.getTcpUserTimeout(), new WriteBufferWaterMark(backlog.asInt() / 2, backlog.asInt()));
  }

  void configure(TcpConfig client, Bootstrap bootstrap) {
    if (tcpTimeout != null && tcpTimeout.equals(client.getOption(TcpOption.USER_TIMEOUT))) {
      bootstrap.attr(TO_A_NODE, true).option(ChannelOption.WRITE_BUFFER_WATER_MARK, marks);
    }
  }

  /** Returns a factory whose connections to other nodes have a backlog. */
  <C extends Channel> ChannelFactory<C> watched(ChannelFactory<C> connections) {
    return tcpTimeout == null
        ? connections
        : () -> {
          C connection = connections.newChannel();
          connection.pipeline().addFirst(new Look());
          return connection;
        };
  }

  /**
   * The handler that checks a connection's kind, which is in its attributes at its registration.
   * Owned by the connection's event loop.
   */
  private static final class Look extends ChannelInboundHandlerAdapter {
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      if (context.channel().hasAttr(TO_A_NODE)) {
        PeerBacklog.watch(context.channel());
      }
      context.pipeline().remove(this);
    }
  }
}
