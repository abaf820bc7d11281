package io.busbar.net;

import io.busbar.config.ConfigException;
import io.busbar.config.SocketTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.impl.transports.IoUringTransport;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.spi.transport.Transport;
import java.util.concurrent.ThreadFactory;

/**
 * A transport of Vert.x with the gateway's handler on every listening socket, because Vert.x itself
 * shows a connection only after its TLS handshake. This transport also sets a shorter keep-alive
 * and watches connections to other nodes. Everything else is Vert.x's own. Immutable.
 */
public final class GuardedTransport implements Transport {
  private final Transport plain;
  private final ChannelHandler guard;
  private final NodeConnections nodes;

  private GuardedTransport(Transport plain, ChannelHandler guard, NodeConnections nodes) {
    this.plain = plain;
    this.guard = guard;
    this.nodes = nodes;
  }

  /**
   * Returns the requested transport; throws a {@link ConfigException} where it is not available.
   *
   * @param guard handler for the listening sockets
   * @param nodes tells which connections go to other nodes
   */
  public static io.vertx.core.transport.Transport with(
      ChannelHandler guard, NodeConnections nodes, SocketTransport wanted) {
    Transport plain =
        switch (wanted) {
          case AUTO -> usual();
          case IO_URING -> new IoUringTransport();
          case EPOLL -> new EpollTransport();
          case NIO -> new NioTransport();
        };
    if (!plain.isAvailable()) {
      throw new ConfigException("transport", wanted + " is not there" + why(plain));
    }
    Transport guarded = new GuardedTransport(plain, guard, nodes);
    boolean isNio = plain instanceof NioTransport;
    return new TransportInternal(isNio ? "nio" : wanted.toString(), true, null, guarded);
  }

  private static Transport usual() {
    Transport epoll = new EpollTransport();
    return epoll.isAvailable() ? epoll : new NioTransport();
  }

  private static String why(Transport plain) {
    Throwable cause = plain.unavailabilityCause();
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause == null ? "" : ": " + cause.getMessage();
  }

  @Override
  public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
    plain.configure(config, domainSocket, bootstrap);
    bootstrap.handler(guard);
    if (config.isSoKeepAlive()) {
      KeepAlive.configure(plain, bootstrap);
    }
  }

  @Override
  public void configure(TcpConfig config, boolean domainSocket, Bootstrap bootstrap) {
    plain.configure(config, domainSocket, bootstrap);
    nodes.configure(config, bootstrap);
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    return nodes.watched(plain.channelFactory(domainSocket));
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return plain.serverChannelFactory(domainSocket);
  }

  @Override
  public void configure(DatagramChannel channel, DatagramSocketOptions options) {
    plain.configure(channel, options);
  }

  @Override
  public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
    return plain.datagramChannelFactory();
  }

  @Override
  public DatagramChannel datagramChannel(InternetProtocolFamily family) {
    return plain.datagramChannel(family);
  }

  @Override
  public IoHandlerFactory ioHandlerFactory() {
    return plain.ioHandlerFactory();
  }

  @Override
  public EventLoopGroup eventLoopGroup(
      int type, int threads, ThreadFactory threadFactory, int ioRatio) {
    return plain.eventLoopGroup(type, threads, threadFactory, ioRatio);
  }

  @Override
  public boolean supportsDomainSockets() {
    return plain.supportsDomainSockets();
  }

  @Override
  public boolean supportFileRegion() {
    return plain.supportFileRegion();
  }

  @Override
  public boolean isAvailable() {
    return plain.isAvailable();
  }

  @Override
  public Throwable unavailabilityCause() {
    return plain.unavailabilityCause();
  }

  @Override
  public java.net.SocketAddress convert(SocketAddress address) {
    return plain.convert(address);
  }

  @Override
  public SocketAddress convert(java.net.SocketAddress address) {
    return plain.convert(address);
  }
}
