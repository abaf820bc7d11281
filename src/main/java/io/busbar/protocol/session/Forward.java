package io.busbar.protocol.session;

import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Represents, for a client of this node, its session on another node. There a {@link BusDownlink}
 * represents the client. Owned by the event loop of the client's connection.
 */
public final class Forward implements Source, Forwarding.Waiting {
  /** Time until a reply, even when the final outcome is still open, in milliseconds. */
  static final long PATIENCE_MILLIS = 5_000;

  private static final long OPEN_MILLIS = 15_000;

  private final SessionCluster cluster;
  private final String node;
  private final LocalDownlink downlink;
  private final long link;

  /** The request of the session's node that has no reply yet; null for none. */
  private @Nullable Message<Object> question;

  private @Nullable ScheduledFuture<?> patience;

  /** Whether the reply was preliminary, and the session's node will ask for the rest. */
  private boolean restOwed;

  private volatile boolean over;
  private boolean unsent;
  private boolean ended;
  private boolean full;
  private @Nullable WriteOutcome outcome;

  /**
   * @param node of the session
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
   * @param relayMessage adds the session and the origin of the client
   * @param answer will be called on this loop, unless the other node said WELCOME
   * @param failed will be called on this loop with the reason for a missing reply
   */
  public void open(
      Consumer<RelayMessage> relayMessage,
      Consumer<OpenOutcome> answer,
      Consumer<Throwable> failed) {
    RelayMessage open =
        cluster.relayMessage(RelayMessage.Kind.OPEN, link).streaming(downlink.isStreaming());
    relayMessage.accept(open);
    cluster
        .<String>ask(node, open, null, OPEN_MILLIS)
        .onComplete(
            reply ->
                here(
                    () -> {
                      if (over || outcome != null) {
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

  private void answered(OpenOutcome openOutcome, Consumer<OpenOutcome> answer) {
    if (openOutcome != OpenOutcome.WELCOME) {
      end();
      answer.accept(openOutcome);
    } else if (!downlink.isDisconnected()) {
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

  /** Handles a message of the session's node. Any thread may call it. */
  void received(RelayMessage.Kind kind, Message<Object> message) {
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
    if (outcome != null) {
      unsent = true;
      tell(message);
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
    if (outcome != null || !full) {
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
              .schedule(() -> here(this::sendHalf), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void sendHalf() {
    if (question != null) {
      restOwed = true;
      tell(question);
    }
  }

  private void tell(Message<Object> asked) {
    asked.reply(new Delivery(unsent, ended, full, outcome).toJson());
    question = null;
    if (patience != null) {
      patience.cancel(false);
      patience = null;
    }
    if (outcome != null) {
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
      tell(question);
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
      tell(question);
    }
  }

  @Override
  public void unsent(Downlink own) {
    unsent = true;
  }

  @Override
  public void left(Downlink own, WriteOutcome verdict) {
    if (outcome != null) {
      return;
    }
    outcome = verdict;
    if (question != null) {
      tell(question);
    } else if (!restOwed && !over) {
      // This link must stay until the other node knows, because its request may overtake this
      // message.
      cluster
          .ask(
              node,
              cluster.relayMessage(RelayMessage.Kind.LEFT, link).outcome(verdict),
              null,
              PATIENCE_MILLIS)
          .onComplete(sent -> here(this::end));
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
   * Will end the request, so the client comes back to any node. It also tells the session's node
   * what the client has read, because nobody can ask this node later.
   */
  void dismiss() {
    downlink.dismiss();
    downlink.inspect(found -> {});
  }
}
