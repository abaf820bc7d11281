package io.busbar.protocol;

import io.busbar.hub.InboundBudget;
import io.busbar.hub.InboundBudget.Reason;
import io.busbar.hub.PartialInput;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request, with limits of size and time; it counts as input while it is incomplete.
 * Bytes beyond the size are read and dropped, so that the connection can go on. Owned by the
 * connection's event loop.
 */
public final class RequestBody implements PartialInput.Holder {
  /** After a refusal the rest is read for a moment; an immediate close would lose the answer. */
  private static final long MOMENT_MILLIS = 1_000;

  private static final String RETRY_SECONDS = "10";

  /** The handler of errors. Called on the connection's event loop. */
  public interface Refusal {
    void answer(int status, String words);
  }

  private final HttpServerRequest request;
  private final ContextInternal context;
  private final @Nullable InboundBudget inbound;
  private final int limit;
  private final Consumer<Buffer> whole;
  private final Refusal refusal;
  private final long declared;
  private @Nullable ScheduledFuture<?> deadline;
  private @Nullable PartialInput partialInput;

  /** Null when nobody needs it any more. */
  private @Nullable Buffer body = Buffer.buffer();

  private RequestBody(
      HttpServerRequest request,
      ContextInternal context,
      @Nullable InboundBudget inbound,
      int limit,
      Consumer<Buffer> whole,
      Refusal refusal) {
    this.request = request;
    this.context = context;
    this.inbound = inbound;
    this.limit = limit;
    this.whole = whole;
    this.refusal = refusal;
    this.declared = declared(request);
  }

  /**
   * Will pass on the complete body, or refuse it. The status is 413 for a body that is too large,
   * and 408 for one that takes too long or stands still. It is 503 when all clients hold too much
   * incomplete input.
   *
   * @param limit maximum size in bytes
   * @param timeoutMillis time limit for the body, in milliseconds; 0 for none while bytes come
   */
  public static RequestBody read(
      HttpServerRequest request,
      InboundBudget inbound,
      int limit,
      long timeoutMillis,
      Consumer<Buffer> whole,
      Refusal refusal) {
    ContextInternal context = ContextInternal.current();
    RequestBody read = new RequestBody(request, context, inbound, limit, whole, refusal);
    read.listen(timeoutMillis);
    if (read.declared > limit) {
      read.tooLarge();
    } else if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      request.response().writeContinue();
    }
    return read;
  }

  /** Reads and drops a body that nobody needs, with a time limit. */
  public static void discard(HttpServerRequest request, long timeoutMillis) {
    RequestBody unwanted =
        new RequestBody(
            request, ContextInternal.current(), null, 0, all -> {}, (status, words) -> {});
    if (unwanted.declared != 0) {
      unwanted.body = null;
      unwanted.listen(timeoutMillis);
    }
  }

  /** Drops the rest, because the request has been answered. */
  public void drop() {
    body = null;
    letGo();
  }

  /** Returns the announced number of bytes; 1 for a chunked body. */
  public static long declared(HttpServerRequest request) {
    if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
      return 1;
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return 1;
    }
  }

  private void listen(long timeoutMillis) {
    if (timeoutMillis > 0) {
      cutAfter(timeoutMillis);
    }
    request.exceptionHandler(broken -> ended());
    request.handler(this::more);
    request.endHandler(end -> end());
  }

  private void cutAfter(long millis) {
    if (deadline != null) {
      deadline.cancel(false);
    }
    deadline = context.nettyEventLoop().schedule(this::expired, millis, TimeUnit.MILLISECONDS);
  }

  private void more(Buffer chunk) {
    InboundBudget budget = inbound;
    if (body == null || budget == null) {
      return;
    }
    if (body.length() + (long) chunk.length() > limit) {
      tooLarge();
      return;
    }
    body.appendBuffer(chunk);
    if (body.length() != declared) {
      count(budget, body.length());
    }
  }

  private void count(InboundBudget budget, int bytes) {
    if (partialInput == null) {
      partialInput = budget.of(Client.remoteAddress(request), context.nettyEventLoop(), this);
    }
    partialInput.holds(bytes, bytes);
  }

  private void end() {
    Buffer all = body;
    ended();
    if (all != null) {
      whole.accept(all);
    }
  }

  /** Ends the reading, because no more bytes come. */
  private void ended() {
    if (deadline != null) {
      deadline.cancel(false);
    }
    drop();
  }

  private void letGo() {
    if (partialInput != null) {
      partialInput.close();
      partialInput = null;
    }
  }

  private void tooLarge() {
    drop();
    refusal.answer(413, "At most " + limit + " bytes are taken.");
  }

  private void expired() {
    if (body != null) {
      refuse(408, "The body took too long.");
    }
    request.connection().close();
  }

  @Override
  public void giveUp(Reason why) {
    if (body != null) {
      refuse(why.status(), why.disconnect().reason());
      cutAfter(MOMENT_MILLIS);
    }
  }

  private void refuse(int status, String words) {
    drop();
    request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    if (status == 503) {
      request.response().putHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
    }
    refusal.answer(status, words);
  }

  /** Bodies are read as fast as they come. */
  @Override
  public boolean isHeldBack() {
    return false;
  }
}
