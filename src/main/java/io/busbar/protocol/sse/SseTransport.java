package io.busbar.protocol.sse;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Framing;
import io.busbar.hub.Transport;
import io.busbar.protocol.Client;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The transport of a stream: an HTTP/1.0, 1.1 or 2 response that does not end. It accepts no events
 * before it is opened. Owned by the event loop of its connection.
 */
final class SseTransport implements Transport {
  private static final long CLOSE_GRACE_SECONDS = 5;
  private static final long CANCEL = 8;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final ContextInternal context = ContextInternal.current();
  private final long heartbeatMillis;
  private Supplier<byte[]> prelude = () -> new byte[0];

  @SuppressWarnings("NullAway.Init") // set before its session has subscriptions
  private Positions positions;

  private Runnable writableHandler = () -> {};
  private long lastWritten;
  private boolean opened;
  private boolean over;

  /**
   * @param heartbeatMillis idle time after which it sends a comment, in milliseconds
   */
  SseTransport(HttpServerRequest request, long heartbeatMillis) {
    this.request = request;
    this.response = request.response();
    this.heartbeatMillis = heartbeatMillis;
  }

  /**
   * Sets the first bytes of the stream.
   *
   * @param where completes the ids of events
   */
  void beginWith(Supplier<byte[]> first, Positions where) {
    prelude = first;
    positions = where;
  }

  /** Sends the headers, and accepts events from now on. */
  void open() {
    if (!over) {
      begin();
      writableHandler.run();
    }
  }

  private void begin() {
    if (opened) {
      return;
    }
    opened = true;
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store, no-transform")
        // Tells nginx and similar proxies to forward each event at once.
        .putHeader("X-Accel-Buffering", "no")
        .setChunked(true)
        .drainHandler(drained -> writableHandler.run());
    put(Buffer.buffer(prelude.get()));
  }

  /** Stops writing, because the client has left or gets an error response. */
  void giveUp() {
    over = true;
  }

  private void put(Buffer bytes) {
    lastWritten = System.currentTimeMillis();
    response.write(bytes);
  }

  @Override
  public Framing framing() {
    return EventFraming.INSTANCE;
  }

  @Override
  public String remoteAddress() {
    return Client.remoteAddress(request);
  }

  @Override
  public boolean writable() {
    return opened && !over && !response.writeQueueFull();
  }

  @Override
  public void writableHandler(Runnable handler) {
    writableHandler = handler;
  }

  /**
   * Writes events. Events in flight at the end of the session are sent even before it is opened.
   */
  @Override
  public void write(ByteBuf framed) {
    if (!over) {
      begin();
      put(
          positions.areWhole()
              ? BufferInternal.buffer(framed)
              : Buffer.buffer(positions.lay(framed)));
    }
  }

  /** Does nothing: Vert.x has sent what was written. */
  @Override
  public void flush() {}

  /** Sends the reason as the last event. */
  @Override
  public void close(Disconnect why) {
    if (over) {
      return;
    }
    begin();
    over = true;
    // A client that does not read to the end must not keep the connection.
    ScheduledFuture<?> cut =
        context.nettyEventLoop().schedule(this::cutOff, CLOSE_GRACE_SECONDS, TimeUnit.SECONDS);
    response
        .end(Buffer.buffer(OwnEvents.close(why)))
        .onComplete(
            ended -> {
              cut.cancel(false);
              if (request.version() == HttpVersion.HTTP_1_0) {
                // For its clients only the end of the connection is the end of the stream.
                request.connection().close();
              }
            });
  }

  private void cutOff() {
    if (request.version() == HttpVersion.HTTP_2) {
      response.reset(CANCEL);
    } else {
      request.connection().close();
    }
  }

  /** Does nothing: a stream has no input. */
  @Override
  public void pause() {}

  @Override
  public void resume() {}

  @Override
  public void tick(long nowMillis) {
    if (writable() && nowMillis - lastWritten >= heartbeatMillis) {
      put(Buffer.buffer(EventText.HEARTBEAT));
    }
  }
}
