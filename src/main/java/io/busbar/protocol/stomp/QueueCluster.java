package io.busbar.protocol.stomp;

import io.busbar.protocol.stomp.QueueCall.Operation;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How the nodes that share queues speak: each has one address, where others ask its queues and give
 * messages to its clients. Any thread may use it.
 */
final class QueueCluster {
  private static final String ADDRESS = "busbar.queues.";
  private static final String DELIVER = "DELIVER";
  private static final String THERE = "THERE";
  private static final String QUESTION = "question";

  private static final long ANSWER_MILLIS = 10_000;
  private static final long THERE_MILLIS = 2_000;

  /**
   * A client whose socket takes nothing for so long is not waited for; nor is one whose message was
   * lost on its way there, as when a cut has just healed.
   */
  private static final long WRITTEN_MILLIS = 15_000;

  private static final long BEAT_MILLIS = 5_000;

  /** After a change, so that the others have seen it, too. */
  private static final long SCAN_SOON_MILLIS = 500;

  /** Finds what a node that was cut off brought back. */
  private static final long SCAN_MILLIS = 30_000;

  private final Vertx vertx;
  private final StompQueues queues;
  private final QueueHomes homes;
  private final SharedQueueStore store;
  private final Map<String, QueueCalls> calls = new ConcurrentHashMap<>();
  private final Map<String, SharedQueueLine> lines = new ConcurrentHashMap<>();
  private final AtomicBoolean scanning = new AtomicBoolean();

  QueueCluster(Vertx vertx, StompQueues queues, QueueHomes homes, SharedQueueStore store) {
    this.vertx = vertx;
    this.queues = queues;
    this.homes = homes;
    this.store = store;
  }

  /** Completes when the other nodes can ask. */
  Future<Void> start() {
    Promise<Void> listening = Promise.promise();
    Context context = vertx.getOrCreateContext();
    context.runOnContext(
        nothing -> {
          bus().consumer(ADDRESS + homes.here(), this::received).completion().onComplete(listening);
          homes.onChange(() -> context.runOnContext(changed -> homesChanged()));
          vertx.setPeriodic(BEAT_MILLIS, timer -> lines.values().forEach(this::beat));
          vertx.setPeriodic(SCAN_MILLIS, timer -> scan());
        });
    return listening.future();
  }

  private EventBus bus() {
    return vertx.eventBus();
  }

  String here() {
    return homes.here();
  }

  String homeOf(String queue) {
    return homes.of(queue);
  }

  boolean isHere(String queue) {
    return here().equals(homeOf(queue));
  }

  QueueHomes homes() {
    return homes;
  }

  void add(SharedQueueLine line) {
    lines.put(line.id(), line);
  }

  void remove(SharedQueueLine line) {
    lines.remove(line.id());
  }

  private void beat(SharedQueueLine line) {
    line.run(line::beat);
  }

  private void homesChanged() {
    queues.homesChanged();
    lines.values().forEach(line -> line.run(line::homesChanged));
    calls.values().forEach(one -> queues.runOnLoopOf(one.queue(), one::homesChanged));
    if (scanning.compareAndSet(false, true)) {
      vertx.setTimer(
          SCAN_SOON_MILLIS,
          timer -> {
            scanning.set(false);
            scan();
          });
    }
  }

  /** Will open the queues that live here and have messages, and show them what they have. */
  private void scan() {
    store
        .ids()
        .onSuccess(
            all ->
                all.forEach(
                    (queue, ids) -> {
                      if (isHere(queue)) {
                        look(queue, ids);
                      }
                    }));
  }

  /** Will ask the queue, wherever it lives; completes on the caller's context. */
  Future<Void> call(QueueCall call) {
    return queues.onLoopOf(
        call.queue(),
        owner ->
            calls
                .computeIfAbsent(
                    call.queue(), name -> new QueueCalls(name, this, queues.limits(), owner))
                .ask(call));
  }

  /** Called on the loop that owns these. */
  void forgetIfIdle(QueueCalls idle) {
    if (idle.isEmpty()) {
      calls.remove(idle.queue(), idle);
    }
  }

  /** Will ask the node. Called on this node's loop for the queue. */
  Future<Void> put(String home, QueueCall call) {
    if (home == null) {
      return QueueCall.elsewhere();
    }
    return home.equals(here())
        ? queues.perform(call)
        : bus()
            .request(ADDRESS + home, call.body(), call.headers().setSendTimeout(ANSWER_MILLIS))
            .mapEmpty();
  }

  /** Completes when every node has answered; fails when one does not. */
  Future<Void> allAnswer() {
    List<Future<Message<Object>>> answers = new ArrayList<>();
    for (String node : homes.nodes()) {
      DeliveryOptions there =
          new DeliveryOptions().setSendTimeout(THERE_MILLIS).addHeader(QueueCall.OPERATION, THERE);
      answers.add(bus().request(ADDRESS + node, null, there));
    }
    return Future.join(answers).mapEmpty();
  }

  private void received(Message<Object> message) {
    try {
      String operation = message.headers().get(QueueCall.OPERATION);
      if (DELIVER.equals(operation)) {
        deliver(message);
        return;
      }
      if (THERE.equals(operation)) {
        message.reply(null);
        return;
      }
      QueueCall call = QueueCall.read(message);
      answer(message, queues.onLoopOf(call.queue(), owner -> queues.perform(call)));
    } catch (RuntimeException e) {
      message.fail(QueueCall.REFUSED, "this node does not understand: " + e.getMessage());
    }
  }

  private static void answer(Message<Object> message, Future<Void> done) {
    done.onSuccess(ok -> message.reply(null))
        .onFailure(e -> message.fail(QueueCall.code(e), e.getMessage()));
  }

  /**
   * Will give a message to a consumer; completes, on any thread, when it has been written.
   *
   * @param node where the consumer is
   */
  Future<Void> deliver(String node, String consumer, QueueEntry entry) {
    if (node.equals(here())) {
      return give(consumer, entry.message(), entry.isRedelivered(), entry.question());
    }
    boolean question = entry.question() != null;
    DeliveryOptions options =
        new DeliveryOptions()
            .setSendTimeout(WRITTEN_MILLIS)
            .addHeader(QueueCall.OPERATION, DELIVER)
            .addHeader(QueueCall.CONSUMER, consumer)
            .addHeader(StompHeaders.REDELIVERED, Boolean.toString(entry.isRedelivered()))
            .addHeader(QUESTION, Boolean.toString(question));
    Future<Message<Object>> answer =
        bus()
            .request(ADDRESS + node, Buffer.buffer(QueueMessageBytes.of(entry.message())), options);
    return question ? passOn(entry.question(), answer) : answer.mapEmpty();
  }

  /** What a question is answered by is its answer; that it was written is not told. */
  private static Future<Void> passOn(Message<?> question, Future<Message<Object>> answer) {
    answer
        .onSuccess(
            reply ->
                question.reply(reply.body(), new DeliveryOptions().setHeaders(reply.headers())))
        .onFailure(e -> question.fail(QueueCall.code(e), e.getMessage()));
    return Future.succeededFuture();
  }

  private void deliver(Message<Object> message) {
    boolean question = Boolean.parseBoolean(message.headers().get(QUESTION));
    Future<Void> written =
        give(
            message.headers().get(QueueCall.CONSUMER),
            QueueMessageBytes.read(((Buffer) message.body()).getBytes()),
            Boolean.parseBoolean(message.headers().get(StompHeaders.REDELIVERED)),
            question ? message : null);
    if (question) {
      written.onFailure(e -> message.fail(QueueCall.code(e), e.getMessage()));
    } else {
      answer(message, written);
    }
  }

  private Future<Void> give(
      String consumer, QueueMessage message, boolean redelivered, Message<?> question) {
    SharedQueueLine line = lines.get(consumer);
    if (line == null) {
      return QueueCall.failed(QueueCall.UNKNOWN, "the consumer is gone");
    }
    Promise<Void> written = Promise.promise();
    line.run(() -> line.deliver(message, redelivered, question).onComplete(written));
    return written.future();
  }

  /** Will tell the node that runs the queue now that a message is done with. */
  void done(String queue, String id) {
    call(QueueCall.of(Operation.DONE, queue, QueueCall.ids(List.of(id))));
  }

  /** Will tell the node that runs the queue now that the store has these. */
  void look(String queue, Set<String> ids) {
    if (!ids.isEmpty()) {
      call(QueueCall.of(Operation.LOOK, queue, QueueCall.ids(ids)));
    }
  }
}
