package io.busbar.queue;

import io.busbar.cluster.OwnerCalls;
import io.busbar.cluster.Owners;
import io.busbar.queue.QueueCall.Operation;
import io.busbar.queue.store.Delivery;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The calls between nodes for queues. Each node has one address. There other nodes call its queues,
 * deliver messages to its consumers, and report the outcome of its waiting requests. On a single
 * node these are plain method calls. Any thread may use it.
 */
final class QueueNodes {
  private static final String ADDRESS = "busbar.queue.";
  private static final String DELIVER = "DELIVER";
  private static final String HANDLED = "HANDLED";
  private static final String NOTE = "NOTE";
  private static final String LIST = "LIST";

  private static final long ANSWER_MILLIS = 10_000;
  private static final long NOTE_MILLIS = 2_000;

  /**
   * The longest wait until a client's socket accepts a message. It also ends the wait for a message
   * that was lost between nodes.
   */
  private static final long WRITTEN_MILLIS = 15_000;

  private static final long BEAT_MILLIS = 5_000;

  private final Vertx vertx;
  private final Queues queues;
  private final Owners owners;
  private final boolean clustered;
  private final Map<String, OwnerCalls<QueueCall, JsonObject>> calls = new ConcurrentHashMap<>();
  private final Map<String, QueueConsumer> consumers = new ConcurrentHashMap<>();

  /**
   * @param owners null on a single node
   */
  QueueNodes(Vertx vertx, Queues queues, @Nullable Owners owners) {
    this.vertx = vertx;
    this.queues = queues;
    this.owners = owners == null ? Owners.alone() : owners;
    this.clustered = owners != null;
  }

  /** Completes when the other nodes can call. */
  Future<Void> start() {
    if (!clustered) {
      return Future.succeededFuture();
    }
    Promise<Void> listening = Promise.promise();
    Context context = vertx.getOrCreateContext();
    context.runOnContext(
        nothing -> {
          queues
              .bus()
              .consumer(ADDRESS + owners.here(), this::received)
              .completion()
              .onComplete(listening);
          owners.onChange(() -> context.runOnContext(changed -> ownersChanged()));
          vertx.setPeriodic(
              BEAT_MILLIS, timer -> consumers.values().forEach(each -> each.run(each::beat)));
        });
    return listening.future();
  }

  Owners owners() {
    return owners;
  }

  boolean isClustered() {
    return clustered;
  }

  void add(QueueConsumer consumer) {
    consumers.put(consumer.id(), consumer);
  }

  void remove(QueueConsumer consumer) {
    consumers.remove(consumer.id());
  }

  private void ownersChanged() {
    queues.local().ownersChanged();
    consumers.values().forEach(each -> each.run(each::ownersChanged));
    calls.forEach(
        (queue, one) -> queues.loopOf(queue).runOnContext(nothing -> one.ownersChanged()));
  }

  /** Will call the queue, on whichever node it lives. Completes on the caller's context. */
  Future<JsonObject> ask(QueueCall call) {
    return queues.onLoopOf(
        call.queue(),
        loop -> clustered ? callsOf(call.queue(), loop).ask(call) : queues.local().perform(call));
  }

  private OwnerCalls<QueueCall, JsonObject> callsOf(String queue, Context loop) {
    return calls.computeIfAbsent(
        queue, name -> new OwnerCalls<>(name, owners, this::ask, loop, () -> calls.remove(name)));
  }

  private Future<JsonObject> ask(String node, QueueCall call) {
    return node.equals(owners.here())
        ? queues.local().perform(call)
        : request(node, call.body(), call.headers(), ANSWER_MILLIS);
  }

  private Future<JsonObject> request(
      String node, @Nullable Object body, DeliveryOptions headers, long millis) {
    DeliveryOptions options = headers.setSendTimeout(millis);
    return queues.bus().<JsonObject>request(ADDRESS + node, body, options).map(Message::body);
  }

  /** Will tell the node that runs the queue now that a message is done. */
  void acknowledgeElsewhere(String queue, String id) {
    ask(QueueCall.of(Operation.ACKNOWLEDGE, queue, null, List.of(id), null));
  }

  /** Will tell the node that runs the queue now that the store has these messages. */
  void look(String queue, Collection<String> ids) {
    if (!ids.isEmpty()) {
      ask(QueueCall.of(Operation.LOOK, queue, null, ids, null));
    }
  }

  /**
   * Will deliver messages to a consumer. Completes, on any thread, when they are written.
   *
   * @param node where the consumer is
   */
  Future<Void> deliver(String node, String consumer, List<QueueEntry> entries) {
    List<Delivery> deliveries =
        entries.stream()
            .map(entry -> new Delivery(entry.message(), entry.isRedelivered()))
            .toList();
    if (node.equals(owners.here())) {
      return give(owners.here(), consumer, deliveries);
    }
    DeliveryOptions headers =
        headed(DELIVER)
            .addHeader(QueueCall.CONSUMER, consumer)
            .addHeader(QueueCall.NODE, owners.here());
    return request(node, Delivery.toBytes(deliveries), headers, WRITTEN_MILLIS).mapEmpty();
  }

  private static DeliveryOptions headed(String operation) {
    return new DeliveryOptions().addHeader(QueueCall.OPERATION, operation);
  }

  private Future<Void> deliver(Message<Object> message) {
    List<Delivery> deliveries = Delivery.read((Buffer) message.body());
    MultiMap headers = message.headers();
    return give(headers.get(QueueCall.NODE), headers.get(QueueCall.CONSUMER), deliveries);
  }

  private Future<Void> give(String from, String id, List<Delivery> deliveries) {
    QueueConsumer consumer = consumers.get(id);
    if (consumer == null) {
      return QueueConsumer.gone();
    }
    Promise<Void> written = Promise.promise();
    consumer.run(() -> consumer.deliver(from, deliveries).onComplete(written));
    return written.future();
  }

  private void received(Message<Object> message) {
    try {
      String operation = message.headers().get(QueueCall.OPERATION);
      switch (operation) {
        case DELIVER -> answer(message, deliver(message).mapEmpty());
        case HANDLED -> queues.source().handled((JsonObject) message.body());
        case NOTE ->
            answer(message, queues.durable().noted((JsonObject) message.body()).mapEmpty());
        case LIST -> answer(message, queues.directory().listHere((JsonObject) message.body()));
        default -> {
          QueueCall call = QueueCall.read(message);
          answer(message, queues.onLoopOf(call.queue(), loop -> queues.local().perform(call)));
        }
      }
    } catch (RuntimeException e) {
      message.fail(OwnerCalls.REFUSED, "a node does not understand what another one asks");
      queues.notUnderstood(e);
    }
  }

  private static void answer(Message<Object> message, Future<JsonObject> done) {
    done.onSuccess(message::reply).onFailure(e -> message.fail(OwnerCalls.code(e), e.getMessage()));
  }

  /**
   * Will tell a node the outcome of a message whose request it has not answered.
   *
   * @param answer null for an empty one
   * @param failure why no consumer handled it; null if one did
   */
  void handled(String node, String id, @Nullable JsonObject answer, @Nullable String failure) {
    JsonObject what =
        new JsonObject()
            .put(BusSource.ID, id)
            .put(BusSource.ANSWER, answer)
            .put(BusSource.FAILURE, failure);
    if (node.equals(owners.here())) {
      queues.source().handled(what);
    } else {
      queues.bus().send(ADDRESS + node, what, headed(HANDLED));
    }
  }

  /** Completes when all nodes that answer know of a durable subscription, or of its end. */
  Future<Void> note(JsonObject what) {
    return askAll(NOTE, what, queues.durable().noted(what).mapEmpty()).mapEmpty();
  }

  /** The answers of all nodes that answer. */
  Future<List<JsonObject>> list(JsonObject which) {
    return askAll(LIST, which, queues.directory().listHere(which));
  }

  private Future<List<JsonObject>> askAll(
      String what, @Nullable JsonObject body, Future<JsonObject> here) {
    List<Future<JsonObject>> answers = new ArrayList<>(List.of(here));
    owners.nodes().stream()
        .filter(node -> !node.equals(owners.here()))
        .map(node -> request(node, body, headed(what), NOTE_MILLIS))
        .forEach(answers::add);
    return Future.join(answers)
        .transform(
            joined ->
                Future.succeededFuture(
                    answers.stream().map(Future::result).filter(Objects::nonNull).toList()));
  }
}
