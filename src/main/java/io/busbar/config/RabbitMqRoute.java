package io.busbar.config;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Date;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One direction between RabbitMQ and the bus. With a queue or a binding it consumes, and delivers
 * to the address. Otherwise it publishes the address's messages to the exchange.
 *
 * @param name name for the log and metrics; derived from the other keys if missing
 * @param queue queue to consume; with a binding and no queue the route has its own queue
 * @param binding routing keys for which the exchange gives messages to the queue
 * @param routingKey routing key of published messages
 * @param address address; for consumed messages with {routing-key}, {routing-key.N} (words from 1)
 *     and {header.NAME}
 * @param prefetch number of messages under way to the bus at once
 * @param tries number of failures after which a message goes to the dead letters
 * @param retryDelay pause before a failed message is given back
 * @param answerTimeout time limit for an answer with deliver: request
 * @param deadLetter null for the queue's own dead-letter exchange
 * @param mandatory whether a message that reaches no queue has failed
 * @param confirmTimeout time after which senders are told that RabbitMQ did not confirm
 * @param window number of messages at once that RabbitMQ has not confirmed
 * @param buffer limit of what waits for RabbitMQ
 * @param type type of the declared exchange
 * @param offset where a stream begins: first, last, next, stored, a number or a time
 */
public record RabbitMqRoute(
    @MayBeAbsent String name,
    @MayBeAbsent String queue,
    @MayBeAbsent String exchange,
    @MayBeAbsent @Nullable String binding,
    @MayBeAbsent String routingKey,
    String address,
    @MayBeAbsent Deliver deliver,
    @MayBeAbsent Integer prefetch,
    @MayBeAbsent Integer tries,
    @MayBeAbsent Duration retryDelay,
    @MayBeAbsent Duration answerTimeout,
    @MayBeAbsent @Nullable DeadLetter deadLetter,
    @MayBeAbsent Boolean persistent,
    @MayBeAbsent Boolean mandatory,
    @MayBeAbsent Duration confirmTimeout,
    @MayBeAbsent Integer window,
    @MayBeAbsent Buffer buffer,
    @MayBeAbsent Run run,
    @MayBeAbsent Declare declare,
    @MayBeAbsent String type,
    @MayBeAbsent Boolean durable,
    @MayBeAbsent Boolean autoDelete,
    @MayBeAbsent Map<String, Object> arguments,
    @MayBeAbsent String offset) {
  private static final int SHORT_STRING = 255;
  private static final String QUEUE_TYPE = "x-queue-type";
  private static final String STREAM = "stream";
  private static final String STORED = "stored";

  public RabbitMqRoute {
    Checks.text("address", address);
    queue = queue == null ? "" : queue;
    exchange = exchange == null ? "" : exchange;
    boolean in = !queue.isEmpty() || binding != null;
    boolean routed = routingKey != null;
    routingKey = routingKey == null ? "" : routingKey;
    Checks.require(!in || !routed, "routing-key", "is for routes without queue and binding");
    Checks.require(
        in || !exchange.isEmpty() || !routingKey.isEmpty(),
        "queue",
        "is missing (to consume), or else exchange or routing-key (to publish)");
    Checks.require(
        binding == null || !exchange.isEmpty(), "binding", "needs the exchange that is bound");
    Checks.require(
        !in || exchange.isEmpty() || binding != null, "binding", "is missing; \"\" binds all");
    Checks.require(
        in || address.indexOf('{') < 0, "address", "has no parts in braces on the way out");
    shorter("queue", queue);
    shorter("exchange", exchange);
    shorter("routing-key", routingKey);
    if (name == null) {
      String outside = exchange + (exchange.isEmpty() || routingKey.isEmpty() ? "" : "/");
      name = in ? queue.isEmpty() ? exchange + "/" + binding : queue : outside + routingKey;
      name = in ? name + " -> " + address : address + " -> " + name;
    }
    Checks.text("name", name);
    deliver = deliver == null ? Deliver.PUBLISH : deliver;
    prefetch = prefetch == null ? 200 : prefetch;
    Checks.between("prefetch", prefetch, 1, 65_535);
    tries = tries == null ? 5 : tries;
    Checks.between("tries", tries, 1, 1000);
    retryDelay = retryDelay == null ? Duration.ofSeconds(1) : retryDelay;
    answerTimeout = answerTimeout == null ? Duration.ofSeconds(30) : answerTimeout;
    Checks.positive("answer-timeout", answerTimeout);
    persistent = persistent == null || persistent;
    mandatory = mandatory == null || mandatory;
    confirmTimeout = confirmTimeout == null ? Duration.ofSeconds(4) : confirmTimeout;
    Checks.positive("confirm-timeout", confirmTimeout);
    window = window == null ? 1000 : window;
    Checks.between("window", window, 1, 100_000);
    buffer = buffer == null ? new Buffer(10_000, Size.ofMiB(16)) : buffer;
    arguments = arguments == null ? Map.of() : arguments;
    boolean own = in && queue.isEmpty();
    boolean stream = in && STREAM.equals(arguments.get(QUEUE_TYPE));
    Checks.require(
        offset == null || stream,
        "offset",
        "is for a queue with arguments: {x-queue-type: stream}");
    offset = offset == null ? STORED : offset;
    Checks.require(
        isOffset(offset), "offset", "must be first, last, next, stored, a number or a time");
    run = run != null ? run : own || stream ? Run.ONE_NODE : Run.EVERY_NODE;
    declare = declare == null ? Declare.ALL : declare;
    type = type == null ? "topic" : type;
    durable = durable == null ? !own : durable;
    autoDelete = autoDelete == null ? own : autoDelete;
  }

  private static void shorter(String key, String value) {
    int length = value.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    Checks.require(length <= SHORT_STRING, key, "must have at most " + SHORT_STRING + " bytes");
  }

  private static boolean isOffset(String offset) {
    if (offset.matches("first|last|next|stored|[0-9]{1,18}")) {
      return true;
    }
    try {
      return Instant.parse(offset) != null;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  /** Returns whether the queue stores consumed messages, each with an offset. */
  public boolean isStream() {
    return isInbound() && STREAM.equals(arguments.get(QUEUE_TYPE));
  }

  /**
   * Returns where the stream begins in RabbitMQ's form: a word, a Long or a Date; null for stored.
   */
  public @Nullable Object firstOffset() {
    if (offset.equals(STORED)) {
      return null;
    }
    boolean number = Character.isDigit(offset.charAt(0)) && offset.indexOf('-') < 0;
    boolean time = offset.indexOf(':') > 0;
    return number ? Long.valueOf(offset) : time ? Date.from(Instant.parse(offset)) : offset;
  }

  /** Returns whether the route consumes; otherwise it publishes. */
  public boolean isInbound() {
    return !queue.isEmpty() || binding != null;
  }

  /** Returns whether the queue lives only as long as the connection. */
  public boolean hasOwnQueue() {
    return isInbound() && queue.isEmpty();
  }

  /**
   * How a message is delivered: a way of the bus, or a queue of the gateway with the address's
   * name.
   */
  public enum Deliver {
    PUBLISH,
    SEND,
    REQUEST,
    QUEUE
  }

  /** The nodes of a cluster that run a route. */
  public enum Run {
    EVERY_NODE,
    ONE_NODE
  }

  /** What the route declares in RabbitMQ if it is missing. */
  public enum Declare {
    /** Exchange, queue and binding. */
    ALL,
    /** Queue and binding. */
    QUEUE,
    NONE
  }

  /** The place for messages that cannot be handled. */
  public record DeadLetter(@MayBeAbsent String exchange, String routingKey) {
    public DeadLetter {
      exchange = exchange == null ? "" : exchange;
      shorter("exchange", exchange);
      shorter("routing-key", routingKey);
    }
  }

  /**
   * The limit of what waits for RabbitMQ or its confirms: messages, and bytes of their bodies
   * together.
   */
  public record Buffer(@MayBeAbsent Integer messages, @MayBeAbsent Size size) {
    public Buffer {
      messages = messages == null ? 10_000 : messages;
      size = size == null ? Size.ofMiB(16) : size;
      Checks.between("messages", messages, 1, 10_000_000);
      Checks.between("size", size, 128, 1L << 40);
    }
  }
}
