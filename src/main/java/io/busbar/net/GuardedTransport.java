package io.busbar.net;

import io.busbar.config.ConfigException;
import io.busbar.config.SocketTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.impl.transports.IoUringTransport;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;

/**
 * Vert.x's transports with a handler of ours on every listening socket: Vert.x itself shows a
 * connection only after its TLS handshake. Connections to other nodes have a bound.
 */
public final class GuardedTransport {
  private GuardedTransport() {}

  /**
   * The transport that is wanted; a {@link ConfigException} where it is not there.
   *
   * @param guard the handler
   * @param nodes which connections are to other nodes
   */
  public static Transport with(
      ChannelHandler guard, NodeConnections nodes, SocketTransport wanted) {
    TransportInternal epoll = epoll(guard, nodes);
    return switch (wanted) {
      case AUTO -> epoll.available() ? epoll : nio(guard, nodes);
      case IO_URING -> there(ioUring(guard, nodes));
      case EPOLL -> there(epoll);
      case NIO -> nio(guard, nodes);
    };
  }

  private static Transport there(TransportInternal transport) {
    if (!transport.available()) {
      Throwable cause = transport.unavailabilityCause();
      while (cause != null && cause.getCause() != null) {
        cause = cause.getCause();
      }
      String why = cause == null ? "" : ": " + cause.getMessage();
      throw new ConfigException("transport", transport.name() + " is not there" + why);
    }
    return transport;
  }

  private static TransportInternal epoll(ChannelHandler guard, NodeConnections nodes) {
    EpollTransport epoll =
        new EpollTransport() {
          @Override
          public void configure(
              NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
            super.configure(options, domainSocket, bootstrap);
            bootstrap.handler(guard);
          }

          @Override
          public void configure(
              ClientOptionsBase options,
              int connectTimeout,
              boolean domainSocket,
              Bootstrap bootstrap) {
            super.configure(options, connectTimeout, domainSocket, bootstrap);
            nodes.configure(options, bootstrap);
          }

          @Override
          public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
            return nodes.watched(super.channelFactory(domainSocket));
          }
        };
    return new TransportInternal("epoll", epoll.isAvailable(), epoll.unavailabilityCause(), epoll);
  }

  private static TransportInternal ioUring(ChannelHandler guard, NodeConnections nodes) {
    IoUringTransport ring =
        new IoUringTransport() {
          @Override
          public void configure(
              NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
            super.configure(options, domainSocket, bootstrap);
            bootstrap.handler(guard);
          }

          @Override
          public void configure(
              ClientOptionsBase options,
              int connectTimeout,
              boolean domainSocket,
              Bootstrap bootstrap) {
            super.configure(options, connectTimeout, domainSocket, bootstrap);
            nodes.configure(options, bootstrap);
          }

          @Override
          public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
            return nodes.watched(super.channelFactory(domainSocket));
          }
        };
    return new TransportInternal("io_uring", ring.isAvailable(), ring.unavailabilityCause(), ring);
  }

  private static TransportInternal nio(ChannelHandler guard, NodeConnections nodes) {
    NioTransport nio =
        new NioTransport() {
          @Override
          public void configure(
              NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
            super.configure(options, domainSocket, bootstrap);
            bootstrap.handler(guard);
          }

          @Override
          public void configure(
              ClientOptionsBase options,
              int connectTimeout,
              boolean domainSocket,
              Bootstrap bootstrap) {
            super.configure(options, connectTimeout, domainSocket, bootstrap);
            nodes.configure(options, bootstrap);
          }

          @Override
          public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
            return nodes.watched(super.channelFactory(domainSocket));
          }
        };
    return new TransportInternal("nio", true, null, nio);
  }
}
