package io.busbar.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.vertx.core.impl.transports.EpollTransport;
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
   * NIO, or Epoll where the machine has it and it is wanted.
   *
   * @param guard the handler
   * @param nodes which connections are to other nodes
   */
  public static Transport with(ChannelHandler guard, NodeConnections nodes, boolean epollWanted) {
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
