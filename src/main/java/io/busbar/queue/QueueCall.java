package io.busbar.queue;

import io.busbar.cluster.OwnerCalls;
import io.busbar.queue.store.QueueMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call from a node to a queue, on whichever node that lives. A repeated call changes nothing
 * more.
 *
 * @param consumer the id of the consumer that it is about; null for none
 * @param ids of the messages that it is about
 * @param arguments their meaning depends on the operation; never changed; null for none
 * @param message the message to keep; null for none
 * @param again whether the call may have been done already
 */
record QueueCall(
    Operation operation,
    String queue,
    @Nullable String consumer,
    List<String> ids,
    @Nullable JsonObject arguments,
    @Nullable QueueMessage message,
    boolean again)
    implements OwnerCalls.Call<QueueCall> {
  static final String OPERATION = "operation";
  static final String CONSUMER = "consumer";
  static final String NODE = "node";
  static final String PREFETCH = "prefetch";
  static final String AUTO = "auto";
  static final String SELECTOR = "selector";
  static final String HOLDER = "holder";
  static final String REQUEUE = "requeue";
  static final String TRIED = "tried";
  static final String LIMIT = "limit";
  static final String TO = "to";
  static final String IDS = "ids";
  private static final String ARGUMENTS = "arguments";
  private static final String QUEUE = "queue";
  private static final String AGAIN = "again";

  /** The operations of a queue. */
  enum Operation {
    /** Keep a message. */
    KEEP,
    /** A consumer is there and holds the messages with these ids. */
    OPEN,
    /** A consumer is still there. */
    ALIVE,
    /** The messages with these ids are acknowledged. */
    ACKNOWLEDGE,
    /** A consumer rejects the messages with these ids. */
    REJECT,
    /** A consumer is closed. */
    CLOSE,
    /** The store has the messages with these ids. */
    LOOK,
    /** Describe the queue. */
    DESCRIBE,
    /** Show some messages. */
    BROWSE,
    /** Move the waiting messages to another queue. */
    MOVE,
    /** Delete the waiting messages. */
    PURGE;

    /** Whether the limits on the number of queues apply if the operation makes one. */
    boolean adds() {
      return this == KEEP || this == OPEN;
    }

    /** Whether the operation fails if there is no queue. */
    boolean needsQueue() {
      return this == ALIVE || this == CLOSE || ordinal() >= DESCRIBE.ordinal();
    }
  }

  static QueueCall keep(String queue, QueueMessage message, boolean redelivered) {
    return new QueueCall(Operation.KEEP, queue, null, List.of(), null, message, redelivered);
  }

  static QueueCall of(
      Operation operation,
      String queue,
      @Nullable String consumer,
      Collection<String> ids,
      @Nullable JsonObject arguments) {
    List<String> copied = List.copyOf(ids);
    return new QueueCall(operation, queue, consumer, copied, arguments, null, false);
  }

  static QueueCall of(Operation operation, String queue, @Nullable JsonObject arguments) {
    return of(operation, queue, null, List.of(), arguments);
  }

  /** Of one that keeps a message. */
  QueueMessage kept() {
    return Objects.requireNonNull(message, "KEEP has a message");
  }

  /** Of one that is about a consumer. */
  String member() {
    return Objects.requireNonNull(consumer, "it is about a consumer");
  }

  /** Of one that has some. */
  JsonObject given() {
    return Objects.requireNonNull(arguments, "it has arguments");
  }

  /** The holder that a new queue counts for; empty for none. */
  String holder() {
    return switch (operation) {
      case KEEP -> message == null ? "" : message.holder();
      case OPEN -> arguments == null ? "" : arguments.getString(HOLDER, "");
      default -> "";
    };
  }

  @Override
  public QueueCall repeated() {
    return new QueueCall(operation, queue, consumer, ids, arguments, message, true);
  }

  /** The body of the bus message; the rest goes in its headers. */
  Object body() {
    return message != null
        ? Buffer.buffer(message.toBytes())
        : new JsonObject()
            .put(CONSUMER, consumer)
            .put(IDS, new JsonArray(ids))
            .put(ARGUMENTS, arguments);
  }

  DeliveryOptions headers() {
    return new DeliveryOptions()
        .addHeader(OPERATION, operation.name())
        .addHeader(QUEUE, queue)
        .addHeader(AGAIN, Boolean.toString(again));
  }

  /** Will throw if the message is not a call that this build knows. */
  static QueueCall read(Message<Object> received) {
    Operation operation = Operation.valueOf(received.headers().get(OPERATION));
    boolean again = Boolean.parseBoolean(received.headers().get(AGAIN));
    String queue = received.headers().get(QUEUE);
    if (operation == Operation.KEEP) {
      byte[] bytes = ((Buffer) received.body()).getBytes();
      return keep(queue, QueueMessage.read(bytes), again);
    }
    JsonObject body = (JsonObject) received.body();
    List<String> ids = body.getJsonArray(IDS).stream().map(String.class::cast).toList();
    JsonObject arguments = body.getJsonObject(ARGUMENTS);
    return new QueueCall(operation, queue, body.getString(CONSUMER), ids, arguments, null, again);
  }
}
