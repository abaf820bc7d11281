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

/** The downlink of a client that is connected here, over HTTP. */
public final class SocketDownlink implements LocalDownlink {
  /** After that long the loop has read what lay in the socket, an end too. */
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

  /** When an end that is under way is given up; null while none is. */
  private @Nullable ScheduledFuture<?> flushDeadline;

  /**
   * @param search takes it to its session; will be called on its loop, maybe more than once
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
   * Watches the client, and looks for its session. A request that was given up before it was read
   * goes no further: it may be older than one that came on another loop, and then it would look
   * like the client's next word.
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
    if (!isGone()) {
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

  /** Will look again after that time. */
  public void searchAfter(long millis) {
    later(millis, this::goOn);
  }

  /** How often its session has been looked for. */
  public int searches() {
    return searches;
  }

  @Override
  public void start() {
    start(headers -> {});
  }

  /**
   * Sends what comes before all frames, unless that is done.
   *
   * @param more will be called to set further headers
   */
  public void start(Consumer<HttpServerRequest> more) {
    response.start(more, () -> tell(home -> home.drained(this)));
  }

  /** Answers that there will be no frames; drops the connection where some were promised. */
  public void refuse(Consumer<HttpServerResponse> answer) {
    if (!isGone() && !response.refuse(answer)) {
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
   * Who opens a session by it.
   *
   * @param transport by what the client is said to be connected
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

  /** Whether nothing more will be written. */
  boolean hasEnded() {
    return response.hasEnded();
  }

  /** Whether its answer waits for what the loop has yet to read. */
  boolean isDelayed() {
    return delayed;
  }

  /** Whether it was given anything that it matters to have read. */
  boolean hasCarried() {
    return response.hasCarried();
  }

  /** Whether the kernel has taken all that was written. */
  boolean isFlushed() {
    return response.isFlushed();
  }

  /** Runs the task there after that time. */
  ScheduledFuture<?> later(long millis, Runnable task) {
    return context.nettyEventLoop().schedule(() -> here(task), millis, TimeUnit.MILLISECONDS);
  }

  private void tell(Consumer<Source> what) {
    Source told = source;
    if (told != null) {
      told.here(() -> what.accept(told));
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
    if (isGone()) {
      unsent();
    } else {
      taken(watchEnd(response.end(frame)));
    }
  }

  @Override
  public void stream(byte[] frame) {
    here(
        () -> {
          if (isGone()) {
            unsent();
          } else {
            taken(watchEnd(response.write(frame)));
          }
        });
  }

  private void taken(Future<Void> write) {
    boolean ended = response.hasEnded();
    boolean full = response.isFull();
    tell(home -> home.accepted(this, ended, full));
    response.watch(write);
  }

  @Override
  public void last(byte[] frame) {
    here(
        () -> {
          if (!isGone() && !hasEnded()) {
            response.watch(watchEnd(response.end(frame)));
          }
        });
  }

  @Override
  public void abort() {
    here(peer::close);
  }

  @Override
  public boolean isGone() {
    return outcome.isGone();
  }

  private void unsent() {
    tell(home -> home.unsent(this));
    tellLeft(outcome.settleAsKnown());
  }

  /** Drops the connection when its end, if this is it, does not get out. */
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

  /** All is with the kernel. Thousands of polls a second would else wait for their deadlines. */
  private void flushed() {
    if (flushDeadline != null) {
      flushDeadline.cancel(false);
      flushDeadline = null;
    }
    tell(home -> home.flushed(this));
  }

  @Override
  public void dismiss() {
    here(
        () -> {
          if (!hasEnded() && !delayed && !isGone()) {
            start();
            taken(watchEnd(response.endWithNothing()));
          }
        });
  }

  /** The client has left, or has shown that it has read all. Only the first verdict counts. */
  void settle(WriteOutcome verdict) {
    outcome.settle(verdict);
  }

  void tellLeft(WriteOutcome verdict) {
    tell(home -> home.left(this, verdict));
  }

  @Override
  public void inspect(Consumer<WriteOutcome> reply) {
    here(() -> outcome.find(found -> tell(home -> reply.accept(found))));
  }
}
