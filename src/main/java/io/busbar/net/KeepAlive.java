package io.busbar.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.impl.transports.IoUringTransport;
import io.vertx.core.spi.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketOption;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/**
 * The TCP keep-alive for clients whose protocol has no ping. The system's default is two hours.
 * Here probes begin after two minutes of silence, and a lost client is noticed two minutes later.
 */
final class KeepAlive {
  private static final int SILENCE_SECONDS = 120;
  private static final int BETWEEN_PROBES_SECONDS = 30;
  private static final int UNANSWERED_PROBES = 4;

  private KeepAlive() {}

  /** Sets the options for each connection that the server accepts. */
  static void configure(Transport transport, ServerBootstrap server) {
    if (transport instanceof EpollTransport) {
      configure(
          server,
          EpollChannelOption.TCP_KEEPIDLE,
          EpollChannelOption.TCP_KEEPINTVL,
          EpollChannelOption.TCP_KEEPCNT);
    } else if (transport instanceof IoUringTransport) {
      configure(
          server,
          IoUringChannelOption.TCP_KEEPIDLE,
          IoUringChannelOption.TCP_KEEPINTVL,
          IoUringChannelOption.TCP_KEEPCNT);
    } else if (supported().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
      configure(
          server,
          NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
          NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
          NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT));
    }
  }

  private static void configure(
      ServerBootstrap server,
      ChannelOption<Integer> silence,
      ChannelOption<Integer> between,
      ChannelOption<Integer> unanswered) {
    server
        .childOption(silence, SILENCE_SECONDS)
        .childOption(between, BETWEEN_PROBES_SECONDS)
        .childOption(unanswered, UNANSWERED_PROBES);
  }

  /** Returns the socket options that the JDK supports on this system. */
  private static Set<SocketOption<?>> supported() {
    try (Socket any = new Socket()) {
      return any.supportedOptions();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
