package io.busbar.protocol.session;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The downlink of a client on another node, where a {@link Forward} represents the session. Each
 * frame is a request on the bus, and its reply tells the outcome. The next frame follows the reply.
 * Owned by the session's event loop; other threads may report that the client has left.
 */
final class BusDownlink implements Downlink {
  private static final long ANSWER_MILLIS = Forward.PATIENCE_MILLIS + 10_000;
  private static final long INSPECT_MILLIS = 1_500;
  private static final int MOST_TRIES = 10;

  private final SessionCluster cluster;
  private final String node;
  private final long link;
  private final boolean streaming;
  private final Runnable ended;

  @SuppressWarnings("NullAway.Init") // it belongs to one before it is asked anything
  private volatile Source source;

  /** Whether the last frame has no outcome yet. */
  private boolean underWay;

  /** What the other node has reported about the client meanwhile. */
  private WriteOutcome told = WriteOutcome.UNKNOWN;

  private boolean over;

  /**
   * @param node of the client's connection
   * @param link number of the downlink on that node
   * @param ended will be called when the downlink has ended
   */
  BusDownlink(SessionCluster cluster, String node, long link, boolean streaming, Runnable ended) {
    this.cluster = cluster;
    this.node = node;
    this.link = link;
    this.streaming = streaming;
    this.ended = ended;
  }

  @Override
  public void belongTo(Source newSource) {
    source = newSource;
  }

  @Override
  public boolean isStreaming() {
    return streaming;
  }

  @Override
  public void answer(byte[] frame) {
    give(frame);
  }

  @Override
  public void stream(byte[] frame) {
    give(frame);
  }

  private void give(byte[] frame) {
    underWay = true;
    ask(RelayMessage.Kind.FRAME, Buffer.buffer(frame));
  }

  private void ask(RelayMessage.Kind kind, @Nullable Buffer body) {
    Future<Message<JsonObject>> asked =
        cluster.ask(node, cluster.relayMessage(kind, link), body, ANSWER_MILLIS);
    asked.onComplete(answer -> source.here(() -> answered(answer)));
  }

  private void answered(AsyncResult<Message<JsonObject>> answer) {
    if (answer.succeeded()) {
      Delivery delivery = Delivery.of(answer.result().body());
      if (delivery == null) {
        lost();
      } else {
        delivered(delivery);
      }
    } else if (RelayMessage.wasNotReceived(answer.cause())) {
      // An earlier message about the end may take longer, so it is awaited.
      cluster.afterMessages(() -> source.here(this::notReceived));
    } else {
      lost();
    }
  }

  private void delivered(Delivery delivery) {
    if (over) {
      return;
    }
    if (delivery.unsent()) {
      source.unsent(this);
      disconnected(known(delivery));
      return;
    }
    boolean left = delivery.outcome() != null;
    boolean isNew = underWay;
    underWay = false;
    if (isNew) {
      source.accepted(this, delivery.ended(), delivery.full() || left);
    }
    if (left) {
      disconnected(known(delivery));
    } else if (delivery.full()) {
      ask(RelayMessage.Kind.REST, null);
    } else if (delivery.ended()) {
      source.flushed(this);
    } else if (!isNew) {
      source.drained(this);
    }
  }

  private static WriteOutcome known(Delivery delivery) {
    return delivery.outcome() == null ? WriteOutcome.UNKNOWN : delivery.outcome();
  }

  private void notReceived() {
    if (!over) {
      if (underWay) {
        underWay = false;
        source.unsent(this);
      }
      disconnected(told);
    }
  }

  /** The other node is gone, or its reply makes no sense. */
  private void lost() {
    if (!over) {
      if (underWay) {
        underWay = false;
        source.accepted(this, !streaming, true);
      }
      abort();
      source.left(this, WriteOutcome.UNKNOWN);
    }
  }

  /** Reports that the client has left. Any thread may call it. */
  void left(WriteOutcome outcome) {
    source.here(
        () -> {
          told = outcome;
          if (!over && !underWay) {
            disconnected(outcome);
          }
        });
  }

  private void disconnected(WriteOutcome outcome) {
    end();
    source.left(this, outcome);
  }

  private void end() {
    over = true;
    ended.run();
  }

  @Override
  public void forget() {
    end();
  }

  @Override
  public void last(byte[] frame) {
    end();
    cluster.tell(node, cluster.relayMessage(RelayMessage.Kind.LAST, link), Buffer.buffer(frame));
  }

  @Override
  public void refuse() {
    end();
    cluster.tell(node, cluster.relayMessage(RelayMessage.Kind.REFUSE, link), null);
  }

  @Override
  public void abort() {
    end();
    cluster.tell(node, cluster.relayMessage(RelayMessage.Kind.ABORT, link), null);
  }

  @Override
  public void again() {
    end();
    cluster.tell(node, cluster.relayMessage(RelayMessage.Kind.AGAIN, link), null);
  }

  @Override
  public void inspect(Consumer<WriteOutcome> reply) {
    inspect(reply, 1);
  }

  /**
   * Asks for the outcome. A dying node may lose the first request, and a dead node rejects the next
   * one.
   */
  private void inspect(Consumer<WriteOutcome> reply, int tries) {
    Future<Message<String>> asked =
        cluster.ask(
            node, cluster.relayMessage(RelayMessage.Kind.INSPECT, link), null, INSPECT_MILLIS);
    asked.onComplete(answer -> source.here(() -> inspected(answer, reply, tries)));
  }

  private void inspected(
      AsyncResult<Message<String>> answer, Consumer<WriteOutcome> reply, int tries) {
    if (answer.succeeded()) {
      reply.accept(WriteOutcome.valueOf(answer.result().body()));
    } else if (RelayMessage.foundNobody(answer.cause())) {
      lost();
      reply.accept(WriteOutcome.UNKNOWN);
    } else if (RelayMessage.wasNotReceived(answer.cause())) {
      cluster.afterMessages(
          () ->
              source.here(
                  () -> {
                    notReceived();
                    reply.accept(told);
                  }));
    } else if (tries < MOST_TRIES) {
      inspect(reply, tries + 1);
    } else {
      lost();
      reply.accept(WriteOutcome.UNKNOWN);
    }
  }
}
