package io.busbar.protocol.session;

import io.busbar.hub.Principal;
import io.busbar.protocol.Client;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The downlink of a client that is connected to this node over HTTP. Owned by the event loop of its
 * connection; the methods of {@link Downlink} may be called on the event loop of the source.
 */
public final class SocketDownlink implements LocalDownlink {
  /**
   * Time in which the event loop has read all input of the socket, also its end, in milliseconds.
   */
  private static final long READ_CYCLE_MILLIS = 1;

  private static final long FLUSH_GRACE_MILLIS = 10_000;

  private final DownlinkAnswers answers;
  private final RequestOrigin origin;
  private final HttpServerRequest request;
  private final Principal principal;
  private final FrameResponse response;
  private final ContextInternal context;
  private final Consumer<SocketDownlink> search;

  @SuppressWarnings("NullAway.Init") // set when it begins
  private PeerWatch peer;

  @SuppressWarnings("NullAway.Init") // set when it begins
  private Outcome outcome;

  private volatile @Nullable Source source;
  private int searches;
  private boolean delayed;

  /** The timer that closes a connection whose last write does not finish; null for none. */
  private @Nullable ScheduledFuture<?> flushDeadline;

  /**
   * @param search finds the session; called on this event loop, possibly several times
   */
  public SocketDownlink(
      Envelope envelope,
      DownlinkAnswers answers,
      RequestOrigin origin,
      RoutingContext routing,
      ContextInternal context,
      Consumer<SocketDownlink> search) {
    this.answers = answers;
    this.origin = origin;
    this.request = routing.request();
    this.principal = Client.principal(routing);
    this.context = context;
    this.search = search;
    this.response =
        new FrameResponse(
            request, envelope, answers, () -> settle(WriteOutcome.UNREAD), this::flushed);
  }

  /**
   * Watches the client and searches for its session. A request that the client has already aborted
   * goes no further. It may be older than a request on another event loop, and would look newer.
   */
  public void begin() {
    peer = PeerWatch.over(request, this);
    outcome = new Outcome(this, peer);
    if (peer.seesAhead()) {
      goOn();
    } else {
      later(READ_CYCLE_MILLIS, this::goOn);
    }
  }

  private void goOn() {
    if (!isDisconnected()) {
      searches++;
      search.accept(this);
    }
  }

  @Override
  public void forget() {}

  @Override
  public void again() {
    here(this::goOn);
  }

  /** Will search again after that time in milliseconds. */
  public void searchAfter(long millis) {
    later(millis, this::goOn);
  }

  /** Returns the number of searches so far. */
  public int searches() {
    return searches;
  }

  @Override
  public void start() {
    start(headers -> {});
  }

  /**
   * Sends the headers and the start of the body, unless that is done.
   *
   * @param more will be called to set more headers
   */
  public void start(Consumer<HttpServerRequest> more) {
    response.start(more, () -> notifySource(home -> home.drained(this)));
  }

  /** Answers with something else than frames; closes the connection of a stream that has begun. */
  public void refuse(Consumer<HttpServerResponse> answer) {
    if (!isDisconnected() && !response.refuse(answer)) {
      peer.close();
    }
  }

  @Override
  public void refuse() {
    here(() -> answers.refuse(this));
  }

  @Override
  public void lost() {
    here(() -> answers.lost(this));
  }

  @Override
  public void belongTo(Source newSource) {
    source = newSource;
  }

  /**
   * Returns the client of a session that this request opens.
   *
   * @param transport name of the transport
   */
  public Client client(String transport) {
    return Client.of(transport, null, request, principal);
  }

  public RequestOrigin origin() {
    return origin;
  }

  @Override
  public ContextInternal context() {
    return context;
  }

  @Override
  public boolean isStreaming() {
    return response.isStreaming();
  }

  /** Returns whether nothing more will be written. */
  boolean hasEnded() {
    return response.hasEnded();
  }

  /** Returns whether its response waits for input that the event loop has yet to read. */
  boolean isDelayed() {
    return delayed;
  }

  /** Returns whether it has carried a frame that must be read. */
  boolean hasCarried() {
    return response.hasCarried();
  }

  /** Returns whether the kernel has taken all that was written. */
  boolean isFlushed() {
    return response.isFlushed();
  }

  /** Runs the task on the connection's event loop after that time in milliseconds. */
  ScheduledFuture<?> later(long millis, Runnable task) {
    return context.nettyEventLoop().schedule(() -> here(task), millis, TimeUnit.MILLISECONDS);
  }

  private void notifySource(Consumer<Source> what) {
    Source receiver = source;
    if (receiver != null) {
      receiver.here(() -> what.accept(receiver));
    }
  }

  @Override
  public void answer(byte[] frame) {
    here(
        () -> {
          if (peer.seesAhead()) {
            answerNow(frame);
          } else {
            delayed = true;
            later(READ_CYCLE_MILLIS, () -> answerNow(frame));
          }
        });
  }

  private void answerNow(byte[] frame) {
    delayed = false;
    if (isDisconnected()) {
      unsent();
    } else {
      taken(watchEnd(response.end(frame)));
    }
  }

  @Override
  public void stream(byte[] frame) {
    here(
        () -> {
          if (isDisconnected()) {
            unsent();
          } else {
            taken(watchEnd(response.write(frame)));
          }
        });
  }

  private void taken(Future<Void> write) {
    boolean ended = response.hasEnded();
    boolean full = response.isFull();
    notifySource(home -> home.accepted(this, ended, full));
    response.watch(write);
  }

  @Override
  public void last(byte[] frame) {
    here(
        () -> {
          if (!isDisconnected() && !hasEnded()) {
            response.watch(watchEnd(response.end(frame)));
          }
        });
  }

  @Override
  public void abort() {
    here(peer::close);
  }

  @Override
  public boolean isDisconnected() {
    return outcome.isDisconnected();
  }

  private void unsent() {
    notifySource(home -> home.unsent(this));
    notifyLeft(outcome.settleAsKnown());
  }

  /** Closes the connection when the last write does not finish in time. */
  private Future<Void> watchEnd(Future<Void> write) {
    if (hasEnded()) {
      if (response.endsWithItsConnection()) {
        write.onComplete(done -> peer.close());
      }
      if (!write.isComplete()) {
        flushDeadline = later(FLUSH_GRACE_MILLIS, this::closeUnlessFlushed);
      }
    }
    return write;
  }

  private void closeUnlessFlushed() {
    if (!isFlushed()) {
      peer.close();
    }
  }

  /**
   * Cancels the timer at once, because thousands of polls per second would otherwise keep theirs.
   */
  private void flushed() {
    if (flushDeadline != null) {
      flushDeadline.cancel(false);
      flushDeadline = null;
    }
    notifySource(home -> home.flushed(this));
  }

  @Override
  public void dismiss() {
    here(
        () -> {
          if (!hasEnded() && !delayed && !isDisconnected()) {
            start();
            taken(watchEnd(response.endWithNothing()));
          }
        });
  }

  /** Sets the outcome: the client has left, or has read all. Later outcomes are ignored. */
  void settle(WriteOutcome verdict) {
    outcome.settle(verdict);
  }

  void notifyLeft(WriteOutcome verdict) {
    notifySource(home -> home.left(this, verdict));
  }

  @Override
  public void inspect(Consumer<WriteOutcome> reply) {
    here(() -> outcome.find(found -> notifySource(home -> reply.accept(found))));
  }
}
