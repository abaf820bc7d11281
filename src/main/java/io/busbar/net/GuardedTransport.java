package io.busbar.net;

import io.busbar.config.ConfigException;
import io.busbar.config.SocketTransport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandler;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.impl.transports.IoUringTransport;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;

/**
 * Vert.x's transports with a handler of ours on every listening socket: Vert.x itself shows a
 * connection only after its TLS handshake.
 */
public final class GuardedTransport {
  private GuardedTransport() {}

  /**
   * The transport that is wanted; a {@link ConfigException} where it is not there.
   *
   * @param guard the handler
   */
  public static Transport with(ChannelHandler guard, SocketTransport wanted) {
    TransportInternal epoll = epoll(guard);
    return switch (wanted) {
      case AUTO -> epoll.available() ? epoll : nio(guard);
      case IO_URING -> there(ioUring(guard));
      case EPOLL -> there(epoll);
      case NIO -> nio(guard);
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

  private static TransportInternal epoll(ChannelHandler guard) {
    EpollTransport epoll =
        new EpollTransport() {
          @Override
          public void configure(
              NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
            super.configure(options, domainSocket, bootstrap);
            bootstrap.handler(guard);
          }
        };
    return new TransportInternal("epoll", epoll.isAvailable(), epoll.unavailabilityCause(), epoll);
  }

  private static TransportInternal ioUring(ChannelHandler guard) {
    IoUringTransport ring =
        new IoUringTransport() {
          @Override
          public void configure(
              NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
            super.configure(options, domainSocket, bootstrap);
            bootstrap.handler(guard);
          }
        };
    return new TransportInternal("io_uring", ring.isAvailable(), ring.unavailabilityCause(), ring);
  }

  private static TransportInternal nio(ChannelHandler guard) {
    NioTransport nio =
        new NioTransport() {
          @Override
          public void configure(
              NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
            super.configure(options, domainSocket, bootstrap);
            bootstrap.handler(guard);
          }
        };
    return new TransportInternal("nio", true, null, nio);
  }
}
