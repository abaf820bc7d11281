package io.busbar.protocol.engineio;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Framing;
import io.busbar.hub.Transport;
import io.busbar.protocol.Client;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.engineio.EnginePacket.Type;
import io.busbar.protocol.session.Downlink;
import io.busbar.protocol.session.DownstreamListener;
import io.busbar.protocol.session.HostedSession;
import io.busbar.protocol.session.OutboundFrames;
import io.busbar.protocol.session.RequestOrigin;
import io.busbar.protocol.session.SendOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A session that began with polling and may upgrade to a WebSocket, also on another event loop or
 * node. When the gateway closes it, it lives until the client knows. Owned by the event loop of the
 * request that opened it; others post to it.
 */
final class EngineSession
    implements Transport, HostedSession, DownstreamListener, EngineHeartbeat.Monitored {
  private static final long CLOSE_MILLIS = 30_000;

  /** Maximum size of joined frames in one response, in bytes; a single message may be larger. */
  private static final int MOST_JOINED = 256 << 10;

  private final String id;
  private final EngineRevision revision;
  private final EngineSessions sessions;
  private final ContextInternal context;
  private final String remoteAddress;
  private final OutboundFrames outbound;
  private final EngineUpgrade upgrade;
  private final EngineUpstream upstream;
  private final EngineHeartbeat heartbeat;
  private Runnable writableHandler = () -> {};
  private @Nullable ScheduledFuture<?> closeTimeout;
  private boolean closed;
  private boolean disconnected;
  private volatile boolean awaitsCloseNotification;
  private volatile boolean probed;

  EngineSession(
      String id,
      EngineRevision revision,
      EngineSessions sessions,
      ContextInternal context,
      EngineOptions options,
      String remoteAddress) {
    this.id = id;
    this.revision = revision;
    this.sessions = sessions;
    this.context = context;
    this.remoteAddress = remoteAddress;
    this.outbound = new OutboundFrames(this, context, MOST_JOINED);
    this.heartbeat = new EngineHeartbeat(revision, options, context, this);
    this.upstream = new EngineUpstream(this, heartbeat);
    this.upgrade = new EngineUpgrade(outbound, upstream, context, options.upgradeTimeoutMillis());
  }

  String id() {
    return id;
  }

  EngineRevision revision() {
    return revision;
  }

  /** Returns whether a WebSocket of the client is open here and has not yet taken over. */
  boolean isProbed() {
    return probed;
  }

  /** Sets that state. Any thread may call it. */
  void probed(boolean now) {
    probed = now;
  }

  /** Opens the session with its first poll: the open packet, and then the protocol's messages. */
  void open(Downlink first, OpenPacket welcome, MessageProtocol protocol, Client client) {
    write(welcome.packet());
    heartbeat.start();
    attach(first);
    upstream.open(protocol, client);
  }

  /** Accepts every origin, because nobody can guess the id. */
  @Override
  public boolean accepts(RequestOrigin origin) {
    return true;
  }

  @Override
  public void bring(Downlink downlink) {
    downlink.belongTo(outbound);
    outbound.here(() -> attach(downlink));
  }

  private void attach(Downlink downlink) {
    downlink.belongTo(outbound);
    heartbeat.catchUp();
    if (disconnected) {
      downlink.again();
    } else if (downlink.isStreaming()) {
      upgrade.finish(downlink);
      probed = false;
    } else {
      outbound.attach(downlink);
    }
  }

  /** Takes an {@link EngineUpload}, its encoded form, or the name of an {@link EngineCommand}. */
  @Override
  public void send(Object body, Consumer<SendOutcome> outcome) {
    outbound.here(
        () -> {
          heartbeat.catchUp();
          if (disconnected) {
            outcome.accept(SendOutcome.GONE);
          } else if (body instanceof String command) {
            outcome.accept(fulfil(EngineCommand.valueOf(command)));
          } else if (body instanceof Buffer bytes) {
            upstream.take(EngineUpload.decode(revision, bytes), outcome);
          } else {
            upstream.take((EngineUpload) body, outcome);
          }
        });
  }

  private SendOutcome fulfil(EngineCommand command) {
    switch (command) {
      case ASK -> {
        return closed || !upgrade.isPossible() ? SendOutcome.REFUSED : SendOutcome.TAKEN;
      }
      case PROBE -> {
        return closed ? SendOutcome.REFUSED : upgrade.begin();
      }
      case ABANDON -> upgrade.abandon();
      case END -> end(Type.CLOSE);
    }
    return SendOutcome.TAKEN;
  }

  @Override
  public void another(Downlink downlink) {
    downlink.refuse();
    end(Type.CLOSE);
  }

  /** Ends the session: a response was lost with its node, or the WebSocket has closed. */
  @Override
  public void interrupted() {
    end(Type.CLOSE);
  }

  /** Does nothing: the heart-beat checks a client that does not poll. */
  @Override
  public void vacant() {}

  @Override
  public void ping() {
    write(EnginePacket.of(Type.PING));
  }

  @Override
  public boolean isHeldBack() {
    return upstream.isHolding();
  }

  @Override
  public void silent() {
    end(Type.CLOSE);
  }

  /** Ends the session at once. Only a waiting request gets that packet. */
  void end(Type last) {
    if (disconnected) {
      return;
    }
    leave();
    outbound.clear();
    outbound.close(EngineFrames.frame(revision, EnginePacket.of(last)));
    finish();
  }

  /** Closes the session for the protocol, once. */
  private void leave() {
    if (closed) {
      return;
    }
    closed = true;
    heartbeat.stop();
    upgrade.stop();
    // The session may end inside a call of the protocol, so the protocol is told later.
    context.runOnContext(nothing -> upstream.closed());
  }

  private void finish() {
    if (disconnected) {
      return;
    }
    disconnected = true;
    awaitsCloseNotification = false;
    sessions.remove(this);
    upstream.end();
    if (closeTimeout != null) {
      closeTimeout.cancel(false);
    }
    context.runOnContext(nothing -> outbound.abandon().forEach(Downlink::again));
  }

  /** Returns whether it is closed and its client does not know yet. Any thread may call it. */
  boolean awaitsCloseNotification() {
    return awaitsCloseNotification;
  }

  @Override
  public void closeNotified() {
    finish();
  }

  @Override
  public void writableAgain() {
    writableHandler.run();
  }

  @Override
  public String remoteAddress() {
    return remoteAddress;
  }

  @Override
  public Framing framing() {
    return EngineFraming.of(revision);
  }

  @Override
  public boolean writable() {
    return outbound.isWritable();
  }

  @Override
  public void writableHandler(Runnable handler) {
    writableHandler = handler;
  }

  /** Returns the number of frames that wait for the client. */
  int waiting() {
    return outbound.waiting();
  }

  void write(EnginePacket packet) {
    outbound.write(EngineFrames.frame(revision, packet));
  }

  @Override
  public void write(ByteBuf framed) {
    byte[] frames = ByteBufUtil.getBytes(framed);
    framed.release();
    outbound.write(frames);
  }

  @Override
  public void flush() {}

  /** Sends {@code 1} to the waiting poll or the next one, after all other packets. */
  @Override
  public void close(Disconnect why) {
    if (closed) {
      return;
    }
    leave();
    upstream.close();
    awaitsCloseNotification = true;
    closeTimeout =
        context
            .nettyEventLoop()
            .schedule(() -> outbound.here(this::finish), CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    outbound.close(EngineFrames.frame(revision, EnginePacket.of(Type.CLOSE)));
  }

  @Override
  public void pause() {
    upstream.pause();
  }

  @Override
  public void resume() {
    upstream.resume();
  }

  /** Does nothing: the heart-beat has its own timer. */
  @Override
  public void tick(long nowMillis) {}
}
