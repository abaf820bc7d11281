package io.busbar.protocol.session;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches the client's side of one HTTP/1 connection by means of the operating system. Neither HTTP
 * nor SockJS acknowledges a response, so these signs decide:
 *
 * <ul>
 *   <li>The next request on the same connection: the previous response was read.
 *   <li>A reset: the client closed its socket with unread bytes in it, or before they came.
 *   <li>An orderly end (FIN): the kernel knows whether our bytes arrived before it. If not, they
 *       are unacknowledged or rejected. Acknowledged bytes were read, because a socket that is
 *       closed with unread bytes sends a reset. But some programs, for example in Java, end their
 *       output first and send the reset right after. So it waits a moment for such a reset.
 * </ul>
 *
 * A watched connection allows half-closure, so the kernel can be asked before the descriptor is
 * closed. The connection is closed when the outcome is known. The kernel can be asked with epoll on
 * Linux and without TLS, whose own close message interferes. Elsewhere an orderly end counts as
 * read.
 *
 * <p>Owned by the event loop of the connection. It uses internals of Vert.x, as WebSocketTransport
 * does.
 */
final class PeerWatch extends ChannelInboundHandlerAdapter {
  private static final String NAME = "busbar-peer";
  private static final int ESTABLISHED = 1;
  private static final int CLOSE_WAIT = 8;
  private static final long LONGEST_WAIT_MILLIS = 32;

  private final Channel channel;
  private final @Nullable EpollSocketChannel epoll;
  private final boolean exact;
  private final EpollTcpInfo info = new EpollTcpInfo();
  private @Nullable SocketDownlink downlink;
  private boolean peerClosed;

  private PeerWatch(Channel channel) {
    this.channel = channel;
    this.epoll = channel instanceof EpollSocketChannel ? (EpollSocketChannel) channel : null;
    this.exact = epoll != null && channel.pipeline().get(SslHandler.class) == null;
  }

  /** Returns the watch of the request's connection, which now watches for this downlink. */
  static PeerWatch over(HttpServerRequest request, SocketDownlink downlink) {
    ChannelHandlerContext context = ((ConnectionBase) request.connection()).channelHandlerContext();
    PeerWatch watch = (PeerWatch) context.pipeline().get(NAME);
    if (watch == null) {
      watch = new PeerWatch(context.channel());
      context.pipeline().addBefore(context.name(), NAME, watch);
      context.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }
    watch.downlink = downlink;
    return watch;
  }

  /** Returns whether {@link #hasLeft} knows about input that the event loop has not read yet. */
  boolean seesAhead() {
    return epoll != null;
  }

  /** Returns whether the client is known to have closed its side. */
  boolean hasLeft() {
    return !channel.isActive() || epoll != null && state(epoll, info) != ESTABLISHED;
  }

  /**
   * Returns what is known now.
   *
   * @param flushed whether the kernel has taken all that was written
   */
  WriteOutcome outcome(boolean flushed) {
    if (!channel.isActive()) {
      return flushed ? WriteOutcome.READ : WriteOutcome.UNREAD;
    }
    int state = epoll == null ? ESTABLISHED : state(epoll, info);
    if (state == ESTABLISHED) {
      return flushed && (epoll == null || info.unacked() == 0)
          ? WriteOutcome.THERE
          : WriteOutcome.UNDER_WAY;
    }
    return afterEnd(state, flushed);
  }

  private WriteOutcome afterEnd(int state, boolean flushed) {
    if (!exact) {
      return flushed ? WriteOutcome.READ : WriteOutcome.UNREAD;
    }
    boolean acknowledged = state == CLOSE_WAIT && info.unacked() == 0;
    return flushed && acknowledged ? WriteOutcome.READ : WriteOutcome.UNREAD;
  }

  private static int state(EpollSocketChannel epoll, EpollTcpInfo info) {
    try {
      epoll.tcpInfo(info);
      return info.state();
    } catch (ChannelException e) {
      return 0;
    }
  }

  void close() {
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest && downlink != null && downlink.hasEnded()) {
      settle(downlink, WriteOutcome.READ);
    }
    context.fireChannelRead(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslCloseCompletionEvent) {
      peerClosed = true;
    }
    context.fireUserEventTriggered(event);
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      judgeEnd(1);
    }
  }

  /** Asks the kernel at growing intervals whether a reset follows the end. */
  private void judgeEnd(long waitMillis) {
    if (downlink != null) {
      WriteOutcome outcome = afterEnd(epoll == null ? 0 : state(epoll, info), downlink.isFlushed());
      if (outcome == WriteOutcome.READ
          && exact
          && downlink.hasCarried()
          && waitMillis <= LONGEST_WAIT_MILLIS) {
        channel
            .eventLoop()
            .schedule(() -> judgeEnd(waitMillis * 2), waitMillis, TimeUnit.MILLISECONDS);
        return;
      }
      settle(downlink, outcome);
    }
    channel.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (downlink != null) {
      boolean read = peerClosed && downlink.isFlushed();
      settle(downlink, read ? WriteOutcome.READ : WriteOutcome.UNREAD);
    }
    context.fireExceptionCaught(cause);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (downlink != null) {
      settle(downlink, downlink.isFlushed() ? WriteOutcome.READ : WriteOutcome.UNREAD);
    }
    context.fireChannelInactive();
  }

  private void settle(SocketDownlink settled, WriteOutcome outcome) {
    downlink = null;
    settled.settle(outcome);
  }
}
