package io.busbar.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One message for RabbitMQ. Owned by the event loop, except its final fields. */
final class Outgoing {
  final String exchange;
  final String routingKey;
  final boolean mandatory;
  final byte[] body;
  final Promise<Void> promise = Promise.promise();

  /** In System.nanoTime; null if nobody waits for the answer. */
  final @Nullable Long deadline;

  /**
   * Whether the sender keeps the message. It is then told at once when the message cannot go out.
   */
  final boolean kept;

  private BasicProperties properties;
  boolean returned;
  private boolean wasReturned;
  boolean sent;

  Outgoing(
      String exchange,
      String routingKey,
      boolean mandatory,
      BasicProperties properties,
      byte[] body,
      @Nullable Long deadline,
      boolean kept) {
    this.exchange = exchange;
    this.routingKey = routingKey;
    this.mandatory = mandatory;
    this.properties = properties;
    this.body = body;
    this.deadline = deadline;
    this.kept = kept;
  }

  /** Will write the messages in order; blocks. */
  static void write(List<Outgoing> batch, Channel channel) throws IOException {
    try {
      for (Outgoing next : batch) {
        channel.basicPublish(
            next.exchange, next.routingKey, next.mandatory, next.properties, next.body);
      }
    } catch (IOException | RuntimeException e) {
      channel.abort(); // numbers and messages no longer match
      throw e;
    }
  }

  BasicProperties properties() {
    return properties;
  }

  boolean isSettled() {
    return promise.future().isComplete();
  }

  boolean isLate(long now) {
    return deadline != null && now - deadline > 0;
  }

  /** Will tell the sender. A sender that keeps the message hears whether RabbitMQ may have it. */
  void refuse(Refusal refusal) {
    boolean passes = kept && refusal.passes;
    Refusal told = !passes ? refusal : sent ? Refusal.IN_DOUBT : Refusal.NOT_NOW;
    promise.tryFail(told.exception());
  }

  /** Whether the message may go out once more after no queue accepted it. */
  boolean comesAgain() {
    boolean first = !wasReturned && !isSettled();
    wasReturned = true;
    returned = returned && !first;
    return first;
  }

  /** RabbitMQ may have the message, so the next copy is marked. */
  void markRedelivered() {
    Map<String, Object> headers = new HashMap<>();
    if (properties.getHeaders() != null) {
      headers.putAll(properties.getHeaders());
    }
    headers.put(AmqpHeaders.REDELIVERED, true);
    properties = properties.builder().headers(headers).build();
    returned = false;
  }

  /** All reasons to refuse a message to a route: a code like those of HTTP, and one sentence. */
  enum Refusal {
    UNROUTABLE(404, false, "no queue of RabbitMQ takes the message"),
    NOT_SENDABLE(415, false, "only JSON, text and bytes go to RabbitMQ"),
    HEADERS(431, false, "too many headers, or too long ones, for RabbitMQ"),
    NACKED(502, true, "RabbitMQ refused the message"),
    FULL(503, true, "the buffer for RabbitMQ is full"),
    BLOCKED(503, true, "RabbitMQ takes no messages at the moment: it is short of memory or disk"),
    CLOSING(503, true, "the way to RabbitMQ is closing"),
    NOT_THERE(503, true, "RabbitMQ is not there"),
    NOT_CONFIRMED(504, true, "RabbitMQ did not confirm the message in time"),

    /** This one and the next are for a queue of ours. It counts no try, and asks again. */
    NOT_NOW(7199, true, "RabbitMQ cannot take the message now"),
    IN_DOUBT(7200, true, "RabbitMQ may have the message");

    private final int code;
    private final boolean passes;
    private final String words;

    /**
     * @param passes whether the same message may go out later
     */
    Refusal(int code, boolean passes, String words) {
      this.code = code;
      this.passes = passes;
      this.words = words;
    }

    int code() {
      return code;
    }

    String words() {
      return words;
    }

    RefusedException exception() {
      return new RefusedException(this);
    }

    /** Says why a message did not get into RabbitMQ. */
    static final class RefusedException extends RuntimeException {
      private static final long serialVersionUID = 1L;

      private final Refusal refusal;

      private RefusedException(Refusal refusal) {
        super(refusal.words, null, false, false);
        this.refusal = refusal;
      }

      Refusal refusal() {
        return refusal;
      }
    }
  }
}
