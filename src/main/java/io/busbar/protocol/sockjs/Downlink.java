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

/**
 * One request of a client that waits for frames: a poll takes one, a stream takes them until its
 * limit. Belongs to the event loop of its connection; the session, which may live on another one,
 * calls it from there and is told there what became of it.
 */
final class Downlink {
  /** After that long the loop has read what lay in the socket, an end too. */
  private static final long READ_CYCLE_MILLIS = 1;

  private static final long RETRY_MILLIS = 5;
  private static final int MOST_RETRIES = 600;
  private static final long FLUSH_GRACE_MILLIS = 10_000;

  private final Envelope envelope;
  private final Visitor visitor;
  private final HttpServerRequest request;
  private final Principal principal;
  private final HttpServerResponse response;
  private final ContextInternal context;
  private final int limit;
  private PeerWatch peer;
  private volatile Downstream downstream;
  private int unflushed;
  private int written;
  private boolean broken;
  private boolean ended;
  private boolean delayed;
  private Fate fate;

  /**
   * @param limit a stream ends after this many bytes, its prelude not counted
   */
  Downlink(
      Envelope envelope,
      Visitor visitor,
      RoutingContext routing,
      ContextInternal context,
      int limit) {
    this.envelope = envelope;
    this.visitor = visitor;
    this.request = routing.request();
    this.principal = Client.principal(routing);
    this.response = request.response();
    this.context = context;
    this.limit = limit;
  }

  /**
   * Sends what comes before all frames, and goes on. The headers are set. A request that was given
   * up before it was read goes no further: it may be older than one that came on another loop, and
   * then it would look like the client's next word.
   */
  void begin(Runnable next) {
    peer = PeerWatch.over(request, this);
    if (isGone()) {
      return;
    }
    if (envelope.isStreaming()) {
      response.setChunked(true);
      response.drainHandler(drained -> tell(home -> home.drained(this)));
      written(response.write(Buffer.buffer(envelope.prelude())));
    }
    if (peer.seesAhead()) {
      next.run();
    } else {
      later(READ_CYCLE_MILLIS, () -> goOn(next));
    }
  }

  private void goOn(Runnable next) {
    if (!isGone()) {
      next.run();
    }
  }

  /** What is told from now on what becomes of this downlink. */
  void belongTo(Downstream newDownstream) {
    downstream = newDownstream;
  }

  /** Who opens a session by it. */
  Client client() {
    return Client.of("sockjs", null, request, principal);
  }

  Visitor visitor() {
    return visitor;
  }

  HttpServerRequest request() {
    return request;
  }

  ContextInternal context() {
    return context;
  }

  boolean isStreaming() {
    return envelope.isStreaming();
  }

  /** Whether nothing more will be written. */
  boolean hasEnded() {
    return ended;
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

  private void later(long millis, Runnable task) {
    context.nettyEventLoop().schedule(() -> here(task), millis, TimeUnit.MILLISECONDS);
  }

  private void tell(Consumer<Downstream> what) {
    Downstream told = downstream;
    if (told != null) {
      told.here(() -> what.accept(told));
    }
  }

  /** Will answer the poll with the frame; or say that it was not sent, when the client has left. */
  void answer(byte[] frame) {
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

  /** Will write the frame to the stream; or say that it was not sent. */
  void stream(byte[] frame) {
    here(
        () -> {
          if (isGone()) {
            unsent();
            return;
          }
          Buffer chunk = envelope.wrap(frame);
          written += chunk.length();
          taken(written >= limit ? end(chunk) : response.write(chunk));
        });
  }

  private void taken(Future<Void> write) {
    boolean full = !ended && response.writeQueueFull();
    tell(home -> home.accepted(this, ended, full));
    written(write);
  }

  /** Will end with the frame, and nobody cares whether it was read. */
  void last(byte[] frame) {
    here(
        () -> {
          if (!isGone() && !ended) {
            written(end(envelope.wrap(frame)));
          }
        });
  }

  /** Will drop the connection. */
  void abort() {
    here(peer::close);
  }

  /** Whether the client has left. To be asked on the connection's loop. */
  boolean isGone() {
    return fate != null || peer.hasLeft();
  }

  private void unsent() {
    tell(home -> home.unsent(this));
    Fate verdict = fate == null ? peer.fate(isFlushed()) : fate;
    fate = verdict;
    tell(home -> home.left(this, verdict));
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
            settle(Fate.UNREAD);
          }
          if (ended && unflushed == 0) {
            tell(home -> home.flushed(this));
          }
        });
  }

  /** The client has left, or has shown that it has read all. Only the first verdict counts. */
  void settle(Fate verdict) {
    if (fate == null) {
      fate = verdict;
      tell(home -> home.left(this, verdict));
    }
  }

  /** Will tell, on the session's loop, whether the client is there, or what it has read. */
  void inspect(Consumer<Fate> reply) {
    here(() -> inspect(reply, 0));
  }

  private void inspect(Consumer<Fate> reply, int tries) {
    Fate now = fate == null ? look(tries) : fate;
    if (now == Fate.UNDER_WAY) {
      later(RETRY_MILLIS, () -> inspect(reply, tries + 1));
    } else {
      tell(home -> reply.accept(now));
    }
  }

  private Fate look(int tries) {
    if (delayed || tries == 0 && !peer.seesAhead()) {
      return Fate.UNDER_WAY;
    }
    Fate now = peer.fate(isFlushed());
    if (ended && now == Fate.UNDER_WAY && tries >= MOST_RETRIES) {
      // Its machine is silent while the client asks again: it came back by another way.
      now = Fate.UNREAD;
      peer.close();
    }
    if (!ended && now == Fate.UNDER_WAY) {
      return Fate.THERE;
    }
    if (ended && now == Fate.THERE) {
      now = Fate.READ;
    }
    if (now == Fate.READ || now == Fate.UNREAD) {
      settle(now);
    }
    return now;
  }
}
