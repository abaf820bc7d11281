package io.busbar.protocol.session;

import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands, towards a client that is connected here, for its session on another node, where a {@link
 * BusDownlink} stands for the client. Belongs to the loop of the client's connection.
 */
public final class Forward implements Source, Forwarding.Waiting {
  /** An answer comes this soon, though it may be that not all is known. */
  static final long PATIENCE_MILLIS = 5_000;

  private static final long OPEN_MILLIS = 15_000;

  private final SessionCluster cluster;
  private final String node;
  private final LocalDownlink downlink;
  private final long link;

  /** What the session's node asked and has not been told yet; null for nothing. */
  private @Nullable Message<Object> question;

  private @Nullable ScheduledFuture<?> patience;

  /** Whether it has been told only half, and will ask for the rest. */
  private boolean restOwed;

  private volatile boolean over;
  private boolean unsent;
  private boolean ended;
  private boolean full;
  private @Nullable WriteOutcome fate;

  /**
   * @param node the one that has the session
   */
  public Forward(SessionCluster cluster, String node, LocalDownlink downlink) {
    this.cluster = cluster;
    this.node = node;
    this.downlink = downlink;
    this.link = cluster.forwarding().enter(this);
    downlink.belongTo(this);
  }

  /**
   * Asks the other node to serve the client.
   *
   * @param letter says which session, and who wants it
   * @param answer will be called on this loop, unless the other node said WELCOME
   * @param failed will be called on this loop with why there is no answer
   */
  public void open(
      Consumer<RelayMessage> letter, Consumer<OpenOutcome> answer, Consumer<Throwable> failed) {
    RelayMessage open =
        cluster.letter(RelayMessage.Kind.OPEN, link).streaming(downlink.isStreaming());
    letter.accept(open);
    cluster
        .<String>ask(node, open, null, OPEN_MILLIS)
        .onComplete(
            reply ->
                here(
                    () -> {
                      if (over || fate != null) {
                        return;
                      }
                      if (reply.failed()) {
                        end();
                        failed.accept(reply.cause());
                      } else {
                        answered(OpenOutcome.valueOf(reply.result().body()), answer);
                      }
                    }));
  }

  private void answered(OpenOutcome said, Consumer<OpenOutcome> answer) {
    if (said != OpenOutcome.WELCOME) {
      end();
      answer.accept(said);
    } else if (!downlink.isGone()) {
      downlink.start();
      if (cluster.forwarding().isLeaving()) {
        dismiss();
      }
    }
  }

  private void end() {
    over = true;
    cluster.forwarding().leave(link);
  }

  /** Any loop may bring a letter. */
  void heard(RelayMessage.Kind kind, Message<Object> message) {
    here(() -> handle(kind, message));
  }

  private void handle(RelayMessage.Kind kind, Message<Object> message) {
    switch (kind) {
      case FRAME -> frame(message);
      case REST -> rest(message);
      case INSPECT -> downlink.inspect(found -> message.reply(found.name()));
      case LAST -> last(((Buffer) message.body()).getBytes());
      case AGAIN -> {
        end();
        downlink.again();
      }
      case REFUSE -> {
        end();
        downlink.refuse();
      }
      default -> {
        end();
        downlink.abort();
      }
    }
  }

  private void frame(Message<Object> message) {
    question = message;
    if (fate != null) {
      unsent = true;
      tell();
      return;
    }
    downlink.start();
    byte[] frame = ((Buffer) message.body()).getBytes();
    if (downlink.isStreaming()) {
      downlink.stream(frame);
    } else {
      downlink.answer(frame);
    }
    answerInTime();
  }

  private void rest(Message<Object> message) {
    restOwed = false;
    question = message;
    if (fate != null || !full) {
      tell(message);
    }
    answerInTime();
  }

  private void answerInTime() {
    if (question != null) {
      patience =
          downlink
              .context()
              .nettyEventLoop()
              .schedule(() -> here(this::tellHalf), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void tellHalf() {
    if (question != null) {
      restOwed = true;
      tell(question);
    }
  }

  private void tell(Message<Object> asked) {
    asked.reply(new Delivery(unsent, ended, full, fate).toJson());
    question = null;
    if (patience != null) {
      patience.cancel(false);
      patience = null;
    }
    if (fate != null) {
      end();
    }
  }

  private void last(byte[] frame) {
    end();
    downlink.start();
    downlink.last(frame);
  }

  @Override
  public void here(Runnable task) {
    downlink.here(task);
  }

  @Override
  public void accepted(Downlink own, boolean nowEnded, boolean nowFull) {
    ended = nowEnded;
    full = nowEnded || nowFull;
    if (!ended && question != null) {
      restOwed = full;
      tell();
    }
  }

  @Override
  public void drained(Downlink own) {
    if (!ended) {
      notFull();
    }
  }

  @Override
  public void flushed(Downlink own) {
    notFull();
  }

  private void notFull() {
    full = false;
    if (question != null) {
      tell();
    }
  }

  @Override
  public void unsent(Downlink own) {
    unsent = true;
  }

  @Override
  public void left(Downlink own, WriteOutcome verdict) {
    if (fate != null) {
      return;
    }
    fate = verdict;
    if (question != null) {
      tell();
    } else if (!restOwed && !over) {
      // Until the other node knows, this one can be asked: the question may overtake the letter.
      cluster
          .ask(
              node,
              cluster.letter(RelayMessage.Kind.LEFT, link).fate(verdict),
              null,
              PATIENCE_MILLIS)
          .onComplete(told -> here(this::end));
    }
  }

  @Override
  public String node() {
    return node;
  }

  @Override
  public void lost() {
    here(
        () -> {
          if (!over) {
            end();
            downlink.lost();
          }
        });
  }

  @Override
  public boolean isDone() {
    return over;
  }

  /**
   * Will let the client go, to whichever node it comes next, and tell the session's node what it
   * has read: nobody can ask for that when this node is gone.
   */
  void dismiss() {
    downlink.dismiss();
    downlink.inspect(found -> {});
  }
}
