package io.busbar.protocol.sockjs;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Framing;
import io.busbar.hub.Transport;
import io.busbar.protocol.Client;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.Receiver;
import io.busbar.protocol.session.Downlink;
import io.busbar.protocol.session.DownstreamListener;
import io.busbar.protocol.session.HostedSession;
import io.busbar.protocol.session.OutboundFrames;
import io.busbar.protocol.session.RequestOrigin;
import io.busbar.protocol.session.SendOutcome;
import io.busbar.protocol.session.Upstream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A SockJS session over successive HTTP requests. It lives from its first receiver until it had
 * none for the time-out. When it is closed before, it repeats its close frame until then. Owned by
 * the event loop of the request that opened it; other loops post to it.
 */
final class SockJsSession implements Transport, HostedSession, DownstreamListener {
  private static final System.Logger LOG = System.getLogger(SockJsSession.class.getName());

  /** Maximum of requests whose messages wait; a client sends one request at a time. */
  private static final int MOST_PARKED = 4;

  private final String id;
  private final Owner owner;
  private final @Nullable SessionRegistration registration;
  private final Sessions sessions;
  private final ContextInternal context;
  private final SockJsOptions options;
  private final OutboundFrames outbound;
  private final Upstream<String> upstream = new Upstream<>(this::hand, MOST_PARKED);
  private @Nullable Receiver receiver;
  private String remoteAddress = "";
  private Runnable writableHandler = () -> {};
  private @Nullable ScheduledFuture<?> expiry;
  private boolean closed;
  private boolean expired;
  private volatile boolean awaitsCloseNotification;

  SockJsSession(
      String id,
      Owner owner,
      @Nullable SessionRegistration registration,
      Sessions sessions,
      ContextInternal context,
      SockJsOptions options) {
    this.id = id;
    this.owner = owner;
    this.registration = registration;
    this.sessions = sessions;
    this.context = context;
    this.options = options;
    this.outbound = new OutboundFrames(this, context);
    outbound.write(SockJsFraming.open());
  }

  String id() {
    return id;
  }

  @Override
  public boolean accepts(RequestOrigin origin) {
    return owner.accepts(origin);
  }

  /** Opens the session with its first downlink: sends {@code o}, and lets the protocol begin. */
  void open(Downlink first, MessageProtocol protocol, Client client) {
    remoteAddress = client.remoteAddress();
    if (registration != null) {
      registration.keep(context, this::interrupted);
    }
    attach(first);
    try {
      receiver = protocol.accept(this, client);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  @Override
  public String remoteAddress() {
    return remoteAddress;
  }

  @Override
  public void bring(Downlink downlink) {
    downlink.belongTo(outbound);
    outbound.here(() -> attach(downlink));
  }

  private void attach(Downlink downlink) {
    downlink.belongTo(outbound);
    if (expired) {
      downlink.again();
      return;
    }
    if (expiry != null && !closed) {
      expiry.cancel(false);
      expiry = null;
    }
    outbound.attach(downlink);
  }

  /** Takes a String with a JSON array of strings. */
  @Override
  public void send(Object body, Consumer<SendOutcome> answer) {
    List<String> messages;
    try {
      messages = Messages.ofArray((String) body);
    } catch (ProtocolException e) {
      answer.accept(SendOutcome.BROKEN);
      return;
    }
    outbound.here(() -> upstream.add(messages, answer));
  }

  private void hand(String message) {
    if (ByteBufUtil.utf8Bytes(message) > options.maxMessageSize()) {
      close(Disconnect.TOO_BIG);
      return;
    }
    try {
      if (receiver != null) {
        receiver.text(message);
      }
    } catch (ProtocolException e) {
      close(e.disconnect());
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void failed(RuntimeException cause) {
    LOG.log(System.Logger.Level.ERROR, "a SockJS session failed", cause);
    close(Disconnect.FAILED);
  }

  /** A stream ended with data that the client may not have read. */
  @Override
  public void interrupted() {
    outbound.clear();
    close(SockJsAnswers.INTERRUPTED);
  }

  /** Starts the time-out, because there is no receiver. */
  @Override
  public void vacant() {
    if (expiry == null && !expired) {
      expiry =
          context
              .nettyEventLoop()
              .schedule(
                  () -> outbound.here(this::expire),
                  options.disconnectDelayMillis(),
                  TimeUnit.MILLISECONDS);
    }
  }

  private void expire() {
    if (expired) {
      return;
    }
    expired = true;
    sessions.remove(this);
    if (registration != null) {
      registration.release();
    }
    ArrayDeque<Downlink> stranded = outbound.abandon();
    upstream.end();
    end();
    stranded.forEach(Downlink::again);
  }

  private void end() {
    if (!closed) {
      closed = true;
      // The session may end inside a call of the protocol, so the protocol is told later.
      context.runOnContext(
          nothing -> {
            if (receiver != null) {
              receiver.closed();
            }
          });
      upstream.close();
    }
  }

  /** Returns whether its client has yet to fetch the close frame. Any thread may call it. */
  boolean awaitsCloseNotification() {
    return awaitsCloseNotification;
  }

  @Override
  public void closeNotified() {
    awaitsCloseNotification = false;
  }

  @Override
  public void writableAgain() {
    writableHandler.run();
  }

  @Override
  public void another(Downlink downlink) {
    downlink.last(SockJsAnswers.ANOTHER);
  }

  @Override
  public Framing framing() {
    return SockJsFraming.BARE;
  }

  @Override
  public boolean writable() {
    return outbound.isWritable();
  }

  @Override
  public void writableHandler(Runnable handler) {
    writableHandler = handler;
  }

  /** Sends the frame, or keeps it for the next receiver. */
  @Override
  public void write(ByteBuf framed) {
    byte[] frame = ByteBufUtil.getBytes(framed);
    framed.release();
    outbound.write(frame);
  }

  @Override
  public void flush() {}

  @Override
  public void close(Disconnect why) {
    if (closed) {
      return;
    }
    if (expiry != null) {
      expiry.cancel(false);
      expiry = null;
    }
    awaitsCloseNotification = !outbound.isDeserted();
    end();
    vacant();
    outbound.close(SockJsFraming.close(why));
  }

  @Override
  public void pause() {
    upstream.pause();
  }

  @Override
  public void resume() {
    upstream.resume();
  }

  @Override
  public void tick(long nowMillis) {
    outbound.heartbeat(nowMillis, options.heartbeatMillis(), SockJsFraming.heartbeat());
  }
}
