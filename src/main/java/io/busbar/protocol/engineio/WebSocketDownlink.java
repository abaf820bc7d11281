package io.busbar.protocol.engineio;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.WebSocketTransport;
import io.busbar.protocol.session.LocalDownlink;
import io.busbar.protocol.session.Source;
import io.busbar.protocol.session.WriteOutcome;
import io.vertx.core.internal.ContextInternal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The WebSocket of an upgraded session, as its downlink: a stream without end. Owned by the event
 * loop of the socket.
 */
final class WebSocketDownlink implements LocalDownlink {
  private static final Disconnect LOST = new Disconnect(1001, "the session is lost", true);

  private final WebSocketTransport socket;
  private final ContextInternal context;
  private volatile @Nullable Source source;
  private boolean full;
  private boolean disconnected;

  WebSocketDownlink(WebSocketTransport socket, ContextInternal context) {
    this.socket = socket;
    this.context = context;
    socket.writableHandler(this::drained);
  }

  @Override
  public ContextInternal context() {
    return context;
  }

  @Override
  public boolean isDisconnected() {
    return disconnected;
  }

  @Override
  public void belongTo(Source newSource) {
    source = newSource;
  }

  @Override
  public boolean isStreaming() {
    return true;
  }

  private void notifySource(Consumer<Source> what) {
    Source receiver = source;
    if (receiver != null) {
      receiver.here(() -> what.accept(receiver));
    }
  }

  private void drained() {
    if (full) {
      full = false;
      notifySource(home -> home.drained(this));
    }
  }

  /** The client has closed the socket. */
  void closed() {
    disconnected = true;
    notifySource(home -> home.left(this, WriteOutcome.UNREAD));
  }

  @Override
  public void start() {}

  @Override
  public void answer(byte[] frame) {
    stream(frame);
  }

  @Override
  public void stream(byte[] frame) {
    here(
        () -> {
          if (disconnected) {
            notifySource(home -> home.unsent(this));
            notifySource(home -> home.left(this, WriteOutcome.UNREAD));
            return;
          }
          write(frame);
          full = !socket.writable();
          boolean nowFull = full;
          notifySource(home -> home.accepted(this, false, nowFull));
        });
  }

  private void write(byte[] frame) {
    socket.writeFrames(frame);
    socket.flush();
  }

  @Override
  public void last(byte[] frame) {
    here(
        () -> {
          write(frame);
          socket.close(Disconnect.NORMAL);
        });
  }

  private void close(Disconnect why) {
    here(() -> socket.close(why));
  }

  @Override
  public void refuse() {
    close(Disconnect.PROTOCOL_ERROR);
  }

  @Override
  public void forget() {}

  @Override
  public void abort() {
    close(Disconnect.NORMAL);
  }

  @Override
  public void inspect(Consumer<WriteOutcome> reply) {
    here(
        () -> {
          WriteOutcome found = disconnected ? WriteOutcome.UNREAD : WriteOutcome.THERE;
          notifySource(home -> reply.accept(found));
        });
  }

  /** Closes the socket, because there is no session for it. */
  @Override
  public void again() {
    close(LOST);
  }

  @Override
  public void lost() {
    close(LOST);
  }

  @Override
  public void dismiss() {
    close(Disconnect.SHUTDOWN);
  }
}
