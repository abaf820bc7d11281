package io.busbar.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandler;
import io.vertx.core.impl.transports.EpollTransport;
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
   * NIO, or Epoll where the machine has it and it is wanted.
   *
   * @param guard the handler
   */
  public static Transport with(ChannelHandler guard, boolean epollWanted) {
    EpollTransport epoll =
        new EpollTransport() {
          @Override
          public void configure(
              NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
            super.configure(options, domainSocket, bootstrap);
            bootstrap.handler(guard);
          }
        };
    if (epollWanted && epoll.isAvailable()) {
      return new TransportInternal("epoll", true, null, epoll);
    }
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
