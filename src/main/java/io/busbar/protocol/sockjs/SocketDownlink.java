package io.busbar.protocol.sockjs;

import io.busbar.hub.Principal;
import io.busbar.protocol.Client;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The downlink of a client that is connected here. Belongs to the event loop of its connection. */
final class SocketDownlink implements Downlink {
  /** After that long the loop has read what lay in the socket, an end too. */
  private static final long READ_CYCLE_MILLIS = 1;

  private static final long FLUSH_GRACE_MILLIS = 10_000;

  private final Envelope envelope;
  private final Visitor visitor;
  private final HttpServerRequest request;
  private final Principal principal;
  private final HttpServerResponse response;
  private final ContextInternal context;
  private final SockJsOptions options;
  private final Consumer<SocketDownlink> search;
  private PeerWatch peer;
  private Outcome outcome;
  private volatile Source source;
  private int searches;
  private boolean started;
  private int unflushed;
  private int written;
  private boolean broken;
  private boolean ended;
  private boolean delayed;

  /**
   * @param search takes it to its session; will be called on its loop, maybe more than once
   */
  SocketDownlink(
      Envelope envelope,
      Visitor visitor,
      RoutingContext routing,
      ContextInternal context,
      SockJsOptions options,
      Consumer<SocketDownlink> search) {
    this.envelope = envelope;
    this.visitor = visitor;
    this.request = routing.request();
    this.principal = Client.principal(routing);
    this.response = request.response();
    this.context = context;
    this.options = options;
    this.search = search;
  }

  /**
   * Watches the client, and looks for its session. A request that was given up before it was read
   * goes no further: it may be older than one that came on another loop, and then it would look
   * like the client's next word.
   */
  void begin() {
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
  void searchAfter(long millis) {
    later(millis, this::goOn);
  }

  /** How often its session has been looked for. */
  int searches() {
    return searches;
  }

  /** Sends what comes before all frames, unless that is done. */
  void start() {
    start(headers -> {});
  }

  /**
   * The same.
   *
   * @param more will be called to set further headers
   */
  void start(Consumer<HttpServerRequest> more) {
    if (started) {
      return;
    }
    started = true;
    Answers.head(request, envelope.contentType(), options.cookieNeeded());
    more.accept(request);
    if (envelope.isStreaming()) {
      Answers.notBuffered(response);
      response.setChunked(true);
      response.drainHandler(drained -> tell(home -> home.drained(this)));
      written(response.write(Buffer.buffer(envelope.prelude())));
    }
  }

  /** Answers that there will be no frames; drops the connection where some were promised. */
  void refuse(Consumer<HttpServerResponse> answer) {
    if (started) {
      peer.close();
    } else if (!isGone()) {
      started = true;
      answer.accept(response);
    }
  }

  @Override
  public void belongTo(Source newSource) {
    source = newSource;
  }

  /** Who opens a session by it. */
  Client client() {
    return Client.of("sockjs", null, request, principal);
  }

  Visitor visitor() {
    return visitor;
  }

  ContextInternal context() {
    return context;
  }

  @Override
  public boolean isStreaming() {
    return envelope.isStreaming();
  }

  /** Whether nothing more will be written. */
  boolean hasEnded() {
    return ended;
  }

  /** Whether its answer waits for what the loop has yet to read. */
  boolean isDelayed() {
    return delayed;
  }

  /** Whether it was given anything that it matters to have read. */
  boolean hasCarried() {
    return ended || written > 0;
  }

  /** Whether the kernel has taken all that was written. */
  boolean isFlushed() {
    return unflushed == 0 && !broken;
  }

  /** Runs the task on the loop of the connection. */
  void here(Runnable task) {
    context.emit(nothing -> task.run());
  }

  /** Runs it there after that time. */
  void later(long millis, Runnable task) {
    context.nettyEventLoop().schedule(() -> here(task), millis, TimeUnit.MILLISECONDS);
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
      taken(end(envelope.wrap(frame)));
    }
  }

  @Override
  public void stream(byte[] frame) {
    here(
        () -> {
          if (isGone()) {
            unsent();
            return;
          }
          Buffer chunk = envelope.wrap(frame);
          written += chunk.length();
          taken(written >= options.streamingLimit() ? end(chunk) : response.write(chunk));
        });
  }

  private void taken(Future<Void> write) {
    boolean full = !ended && response.writeQueueFull();
    tell(home -> home.accepted(this, ended, full));
    written(write);
  }

  @Override
  public void last(byte[] frame) {
    here(
        () -> {
          if (!isGone() && !ended) {
            written(end(envelope.wrap(frame)));
          }
        });
  }

  @Override
  public void abort() {
    here(peer::close);
  }

  /** Whether the client has left. To be asked on the connection's loop. */
  boolean isGone() {
    return outcome.isGone();
  }

  private void unsent() {
    tell(home -> home.unsent(this));
    tellLeft(outcome.settleAsKnown());
  }

  private Future<Void> end(Buffer chunk) {
    ended = true;
    Future<Void> end = response.end(chunk);
    if (envelope.isStreaming() && request.version() == HttpVersion.HTTP_1_0) {
      end.onComplete(done -> peer.close());
    }
    if (!end.isComplete()) {
      later(FLUSH_GRACE_MILLIS, () -> closeUnless(isFlushed()));
    }
    return end;
  }

  private void closeUnless(boolean flushed) {
    if (!flushed) {
      peer.close();
    }
  }

  private void written(Future<Void> write) {
    unflushed++;
    write.onComplete(
        done -> {
          unflushed--;
          if (done.failed()) {
            broken = true;
            outcome.settle(Fate.UNREAD);
          }
          if (ended && unflushed == 0) {
            tell(home -> home.flushed(this));
          }
        });
  }

  /** Will end so that the client comes back at once, and misses nothing. */
  void dismiss() {
    here(
        () -> {
          if (ended || delayed || isGone()) {
            return;
          }
          start();
          boolean poll = !envelope.isStreaming();
          taken(end(poll ? envelope.wrap(SockJsFraming.heartbeat()) : Buffer.buffer()));
        });
  }

  /** The client has left, or has shown that it has read all. Only the first verdict counts. */
  void settle(Fate verdict) {
    outcome.settle(verdict);
  }

  void tellLeft(Fate verdict) {
    tell(home -> home.left(this, verdict));
  }

  @Override
  public void inspect(Consumer<Fate> reply) {
    here(() -> outcome.find(found -> tell(home -> reply.accept(found))));
  }
}
