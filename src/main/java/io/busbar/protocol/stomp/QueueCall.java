package io.busbar.protocol.stomp;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;

/**
 * What a node asks of a queue, wherever that lives. Doing one a second time changes nothing more.
 *
 * @param arguments never changed; what it is depends on the operation
 * @param message that is to be kept; null for none
 * @param again whether it may have been done already
 */
record QueueCall(
    Operation operation, String queue, JsonObject arguments, QueueMessage message, boolean again) {
  /** Another node runs the queue. */
  static final int ELSEWHERE = 7194;

  /** The queue does not know the consumer, or the node does not. */
  static final int UNKNOWN = 7195;

  /** The queue will not: the words are for the client. */
  static final int REFUSED = 7196;

  static final String OPERATION = "operation";
  static final String CONSUMER = "consumer";
  static final String NODE = "node";
  static final String PREFETCH = "prefetch";
  static final String AUTO = "auto";
  static final String IDS = "ids";
  static final String BURY = "bury";
  static final String TRIED = "tried";
  private static final String QUEUE = "queue";
  private static final String AGAIN = "again";

  /** What can be asked. */
  enum Operation {
    /** Keep a message. */
    SEND,
    /** A consumer is there, and holds the messages of these ids. */
    OPEN,
    /** A consumer is still there. */
    ALIVE,
    /** The messages of these ids are done with. */
    DONE,
    /** The messages of these ids are not wanted. */
    NACK,
    /** A consumer is there no more. */
    CLOSE,
    /** The store has the messages of these ids. */
    LOOK
  }

  static QueueCall send(String queue, QueueMessage message) {
    return new QueueCall(Operation.SEND, queue, null, message, false);
  }

  static QueueCall of(Operation operation, String queue, JsonObject arguments) {
    return new QueueCall(operation, queue, arguments, null, false);
  }

  static JsonObject ids(Collection<String> ids) {
    return new JsonObject().put(IDS, new JsonArray(List.copyOf(ids)));
  }

  List<String> ids() {
    return arguments.getJsonArray(IDS).stream().map(String.class::cast).toList();
  }

  String consumer() {
    return arguments.getString(CONSUMER);
  }

  /** The same, that may have been done already. */
  QueueCall repeated() {
    return new QueueCall(operation, queue, arguments, message, true);
  }

  /** What goes over the bus beside the headers. */
  Object body() {
    return message == null ? arguments : Buffer.buffer(QueueMessageBytes.of(message));
  }

  DeliveryOptions headers() {
    return new DeliveryOptions()
        .addHeader(OPERATION, operation.name())
        .addHeader(QUEUE, queue)
        .addHeader(AGAIN, Boolean.toString(again));
  }

  /** Will throw where it is none that this build knows. */
  static QueueCall read(Message<Object> message) {
    Operation operation = Operation.valueOf(message.headers().get(OPERATION));
    boolean again = Boolean.parseBoolean(message.headers().get(AGAIN));
    String queue = message.headers().get(QUEUE);
    return operation == Operation.SEND
        ? new QueueCall(
            operation,
            queue,
            null,
            QueueMessageBytes.read(((Buffer) message.body()).getBytes()),
            again)
        : new QueueCall(operation, queue, (JsonObject) message.body(), null, again);
  }

  static <T> Future<T> elsewhere() {
    return failed(ELSEWHERE, "another node runs the queue");
  }

  static <T> Future<T> refused(String why) {
    return failed(REFUSED, why);
  }

  static <T> Future<T> failed(int code, String why) {
    return Future.failedFuture(new ReplyException(ReplyFailure.RECIPIENT_FAILURE, code, why));
  }

  /**
   * What a failure says of those; 0 for another failure, after which nobody knows what was done.
   */
  static int code(Throwable failure) {
    return failure instanceof ReplyException reply
            && reply.failureType() == ReplyFailure.RECIPIENT_FAILURE
        ? reply.failureCode()
        : 0;
  }
}
