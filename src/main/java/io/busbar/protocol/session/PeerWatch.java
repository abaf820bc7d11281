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
 * The client's end of one HTTP/1 connection, as far as the operating system tells. HTTP has no word
 * for "I have read your answer", and SockJS has none either, so this is the evidence there is:
 *
 * <ul>
 *   <li>the next request on the same connection: the answer before it was read;
 *   <li>a reset: the client closed its socket while bytes of ours lay in it unread, or before they
 *       came;
 *   <li>an orderly end (FIN): whether it was sent before our bytes arrived is what the kernel
 *       knows, for then they are not acknowledged, or already refused. If they are acknowledged,
 *       they were read: closing a socket with unread bytes resets it. But some programs (Java is
 *       one) end their side first and close, and reset, right after; so there is a moment's wait
 *       for the reset that may follow.
 * </ul>
 *
 * Half-closure is allowed on a watched connection so that the kernel can be asked before the
 * descriptor is closed; it is closed when there is a verdict. The kernel can be asked on Linux's
 * epoll, without TLS (whose own goodbye crosses ours); elsewhere an orderly end counts as read.
 * Owned by the connection's loop. This class goes past the public API of Vert.x, as
 * WebSocketTransport does.
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
  private boolean goodbye;

  private PeerWatch(Channel channel) {
    this.channel = channel;
    this.epoll = channel instanceof EpollSocketChannel ? (EpollSocketChannel) channel : null;
    this.exact = epoll != null && channel.pipeline().get(SslHandler.class) == null;
  }

  /** The watch of the request's connection, from now on over this downlink. */
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

  /** Whether {@link #hasLeft} sees what the event loop has not read yet. */
  boolean seesAhead() {
    return epoll != null;
  }

  /** Whether the client is known to have closed its end. */
  boolean hasLeft() {
    return !channel.isActive() || epoll != null && state(epoll, info) != ESTABLISHED;
  }

  /**
   * What is known now.
   *
   * @param flushed whether the kernel has taken all that was written
   */
  WriteOutcome fate(boolean flushed) {
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
      goodbye = true;
    }
    context.fireUserEventTriggered(event);
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      judgeEnd(1);
    }
  }

  /** Asks the kernel at growing intervals whether a reset has followed the end. */
  private void judgeEnd(long waitMillis) {
    if (downlink != null) {
      WriteOutcome fate = afterEnd(epoll == null ? 0 : state(epoll, info), downlink.isFlushed());
      if (fate == WriteOutcome.READ
          && exact
          && downlink.hasCarried()
          && waitMillis <= LONGEST_WAIT_MILLIS) {
        channel
            .eventLoop()
            .schedule(() -> judgeEnd(waitMillis * 2), waitMillis, TimeUnit.MILLISECONDS);
        return;
      }
      settle(downlink, fate);
    }
    channel.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (downlink != null) {
      boolean read = goodbye && downlink.isFlushed();
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

  private void settle(SocketDownlink settled, WriteOutcome fate) {
    downlink = null;
    settled.settle(fate);
  }
}
