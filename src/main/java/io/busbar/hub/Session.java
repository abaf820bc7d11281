package io.busbar.hub;

import io.busbar.config.Action;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.Message;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connected client: its subscriptions, its outbox, and the answers it owes. All of its state is
 * here, so {@link Hub#leave} ends it in one call. Owned by its transport's event loop.
 */
public final class Session {
  private final Hub hub;
  private final Loop loop;
  private final Transport transport;
  private final String protocol;
  private final String id;
  private final Outbox outbox;
  private final PendingSubscriptions arrivals = new PendingSubscriptions(this);

  /** Null until the client is asked for an answer. */
  private @Nullable PendingReplies pendingReplies;

  private final RateLimiter rateLimiter;

  /** Null until the client publishes. */
  private @Nullable Backpressure backpressure;

  private Map<String, Subscription> subscriptions = Map.of();
  private Principal principal;
  private Access access;

  @SuppressWarnings("NullAway.Init") // set when it joins its loop
  private ProtocolCounters traffic;

  private long joinedMicros;
  private @Nullable Function<Disconnect, EncodedMessage> closeMessage;
  private Supplier<List<ConsumedQueue>> queueSupplier = List::of;
  private boolean closing;
  private boolean left;
  private int holds;

  /** Number of messages from the client. */
  private long receivedCount;

  private int patterns;

  Session(Hub hub, Loop loop, Transport transport, String protocol, Principal principal) {
    this(hub, loop, transport, protocol, principal, UUID.randomUUID().toString());
  }

  Session(
      Hub hub, Loop loop, Transport transport, String protocol, Principal principal, String id) {
    this.id = id;
    this.hub = hub;
    this.loop = loop;
    this.transport = transport;
    this.protocol = protocol;
    this.principal = principal;
    this.access = hub.rights().permissions().of(principal, protocol);
    this.outbox = new Outbox(this, transport);
    this.rateLimiter = new RateLimiter(this, hub.limits());
  }

  /** Returns a UUID, or the id from the protocol. */
  public String id() {
    return id;
  }

  public String protocol() {
    return protocol;
  }

  /** Returns the name of the logged-in user; null without a login. */
  public @Nullable String user() {
    return principal.name();
  }

  public Principal principal() {
    return principal;
  }

  /** Sets the login of a client that was already connected. */
  public void loggedIn(Principal who) {
    boolean renamed = !Objects.equals(principal.name(), who.name());
    principal = who;
    access = hub.rights().permissions().of(who, protocol);
    if (renamed) {
      subscriptions.values().forEach(hub::renamed);
    }
  }

  Access access() {
    return access;
  }

  /**
   * A queue that the session hears by its protocol's own way.
   *
   * @param address what the rules must allow to listen to
   * @param acknowledged whether its client says itself when a message is done with
   * @param unacknowledged messages that the client has and did not say so of
   */
  public record ConsumedQueue(String address, boolean acknowledged, int unacknowledged) {}

  /**
   * The protocol lets the session hear queues, after it had asked {@link Admission#toListen}.
   *
   * @param queues those of the moment
   */
  public void consumesQueues(Supplier<List<ConsumedQueue>> queues) {
    queueSupplier = queues;
  }

  /** The queues that it hears. */
  List<ConsumedQueue> consumedQueues() {
    return queueSupplier.get();
  }

  /** Returns whether the rules allow everything that the session listens to. */
  boolean mayStillListen() {
    return subscriptions.values().stream().allMatch(each -> each.isAllowedBy(access))
        && queueSupplier.get().stream()
            .allMatch(queue -> access.toSubscribe(queue.address()) == null);
  }

  /**
   * Sets the last message to the client in its protocol's form, for when the gateway ends the
   * connection; the function returns null for none.
   */
  public void closeMessage(Function<Disconnect, EncodedMessage> words) {
    closeMessage = words;
  }

  public boolean isClosed() {
    return closing || left;
  }

  /** Returns the subscription with that key; null for none. */
  public @Nullable Subscription subscription(String key) {
    return subscriptions.get(key);
  }

  public Collection<Subscription> subscriptions() {
    return Collections.unmodifiableCollection(subscriptions.values());
  }

  /** Returns a future that completes like this one, on the session's event loop. */
  public <T> Future<T> here(Future<T> elsewhere) {
    Promise<T> promise = loop.context().promise();
    elsewhere.onComplete(promise);
    return promise.future();
  }

  /** Writes a message to this client alone, after all that is already on its way. */
  public void write(EncodedMessage encoded) {
    offer(List.of(transport.framing().prepare(encoded)), null);
  }

  /** Will run the task when everything written so far has left for the client. */
  public void whenWritten(Runnable task) {
    outbox.whenWritten(task);
  }

  /**
   * Will run the task when earlier messages of the client were delivered on this node, and all
   * output was written.
   */
  public void whenQuiet(Runnable task) {
    whenSettled(
        () ->
            whenKept()
                .onComplete(
                    kept ->
                        backpressure().whenPassed(hub.loops(), () -> outbox.whenWritten(task))));
  }

  /**
   * Completes when all messages that the client published on streams so far are stored; fails if
   * one is not.
   */
  public Future<Void> whenKept() {
    return backpressure == null ? Future.succeededFuture() : backpressure.whenKept();
  }

  /** Will close the connection. Any thread may call it. */
  public void closeSoon(Disconnect why) {
    loop.post(() -> close(why));
  }

  /** Closes the connection: what was written goes out, then the last message. */
  public void close(Disconnect why) {
    if (closing || left) {
      return;
    }
    if (closeMessage != null) {
      EncodedMessage encodedClose = closeMessage.apply(why);
      if (encodedClose != null) {
        write(encodedClose);
      }
    }
    closing = true;
    hub.counters().disconnected(why);
    loop.eventLoop()
        .execute(
            () -> {
              outbox.flushAll();
              hub.leave(this);
              transport.close(why);
            });
  }

  /** Notes that the client may answer this message. */
  public void owe(Message<?> message) {
    if (message instanceof WorkerTask task) {
      task.delivered(receivedCount);
    }
    pendingReplies().add(message, System.currentTimeMillis() + hub.replyTimeoutMillis());
  }

  /**
   * Handles a request that the client did not answer in time. If nothing came from the client since
   * it got the request, it hangs, and the connection is closed; the result is false then.
   */
  boolean isAliveAfter(WorkerTask task) {
    pendingReplies().overdue(task, System.currentTimeMillis() + hub.replyTimeoutMillis());
    if (receivedCount == task.receivedBefore() && !isHeldBack()) {
      close(Disconnect.WORKER_HANGS);
    }
    return !isClosed();
  }

  /** Returns the reply address of an owed answer by its {@link ReplyNumber}; null for none. */
  public @Nullable String pendingReply(long number) {
    return pendingReplies == null ? null : pendingReplies.find(number);
  }

  private PendingReplies pendingReplies() {
    pendingReplies = pendingReplies == null ? new PendingReplies() : pendingReplies;
    return pendingReplies;
  }

  /** Removes and returns the message with this reply address; null for none. */
  @Nullable Message<?> settle(String replyAddress) {
    Message<?> message = pendingReplies == null ? null : pendingReplies.settle(replyAddress);
    receivedCount += message == null ? 0 : 1;
    return message;
  }

  /** Called about once a second. */
  void tick(long nowMillis) {
    transport.tick(nowMillis);
    if (principal.expires() <= nowMillis) {
      close(Disconnect.EXPIRED);
    }
    if (pendingReplies != null) {
      pendingReplies.tick(nowMillis);
    }
  }

  /**
   * Will run the task when no subscription is in flight. Tasks keep the order of their calls,
   * together with publishes and sends.
   */
  public void whenSettled(Runnable task) {
    arrivals.whenSettled(task);
  }

  void expect(Subscription subscription, Promise<Subscription> promise) {
    know(subscription);
    patterns += subscription.channel().isPattern() ? 1 : 0;
    arrivals.expect(subscription, promise);
  }

  /**
   * Handles the admission by the channel; the session may have cancelled the subscription
   * meanwhile.
   *
   * @param subscribers null where the subscription has to catch up first
   */
  void admitted(Subscription subscription, @Nullable LoopSubscribers subscribers) {
    Promise<Subscription> promise = arrivals.landed(subscription);
    if (subscription.isCancelled()) {
      hub.forget(subscription);
    } else {
      subscription.land();
      hub.counters().subscriptions(1);
      if (subscribers != null) {
        subscribers.join(subscription);
        hub.requests().snapshot(subscription, subscribers);
      }
    }
    if (promise != null) {
      loop.context().emit(subscription, promise::tryComplete);
    }
    arrivals.runDeferred();
  }

  void refused(Subscription subscription, Refusal why) {
    Promise<Subscription> promise = arrivals.landed(subscription);
    if (subscriptions.get(subscription.key()) == subscription) {
      unknow(subscription.key());
      patterns -= subscription.channel().isPattern() ? 1 : 0;
    }
    if (promise != null) {
      promise.tryFail(new RefusedException(why, Action.SUBSCRIBE, subscription.address()));
    }
    arrivals.runDeferred();
  }

  @Nullable Subscription forget(String key) {
    Subscription forgotten = subscriptions.get(key);
    if (forgotten != null) {
      unknow(key);
    }
    if (forgotten != null && forgotten.channel().isPattern()) {
      patterns--;
    }
    return forgotten;
  }

  /** Most sessions have one subscription, for which a smaller map exists. */
  private void know(Subscription subscription) {
    if (subscriptions.isEmpty()) {
      subscriptions = Map.of(subscription.key(), subscription);
      return;
    }
    if (!(subscriptions instanceof HashMap)) {
      subscriptions = new HashMap<>(subscriptions);
    }
    subscriptions.put(subscription.key(), subscription);
  }

  private void unknow(String key) {
    if (subscriptions.size() == 1) {
      subscriptions = Map.of();
    } else {
      subscriptions.remove(key);
    }
  }

  /** Marks the end; returns false when it was marked before. */
  boolean leave() {
    if (left) {
      return false;
    }
    left = true;
    outbox.close();
    if (pendingReplies != null) {
      pendingReplies.clear();
    }
    arrivals.leave();
    return true;
  }

  /** Counts one message of the client; returns false beyond the limit. */
  boolean mayTalk() {
    return rateLimiter.message();
  }

  /**
   * Counts a message of the client. Beyond the limit of bytes reading stops for a while.
   *
   * @param bytes size of the message in bytes; of text its number of characters
   */
  public void received(int bytes) {
    receivedCount++;
    rateLimiter.bytes(bytes);
  }

  /** Stops reading from the client until {@link #readOn} was called as often as this method. */
  public void holdBack() {
    if (holds++ == 0) {
      transport.pause();
    }
  }

  /** Returns whether reading from the client is stopped now. */
  public boolean isHeldBack() {
    return holds > 0;
  }

  /** Ends one reason for not reading from the client. */
  public void readOn() {
    if (--holds == 0 && !left) {
      transport.resume();
    }
  }

  Backpressure backpressure() {
    backpressure = backpressure == null ? new Backpressure(this) : backpressure;
    return backpressure;
  }

  void offer(List<EncodedMessage> prepared, @Nullable Channel channel) {
    offer(prepared, channel, null);
  }

  /**
   * @param last position of the last message; null where the channel is no stream
   */
  void offer(List<EncodedMessage> prepared, @Nullable Channel channel, @Nullable Position last) {
    if (!isClosed()) {
      outbox.offer(loop.batch(prepared, channel, transport.framing(), last));
    }
  }

  /** Sets the journal, which will note offered messages of streams from now on. */
  public void journal(StreamJournal notes) {
    outbox.journal(notes);
  }

  /** Adds the session to the counters of its protocol. */
  void joined(ProtocolCounters newTraffic) {
    traffic = newTraffic;
    joinedMicros = loop.nextJoined();
    traffic.sessions(1);
  }

  /** Returns the counters of its protocol. */
  ProtocolCounters traffic() {
    return traffic;
  }

  /** Returns when it joined, in microseconds since 1970; unique on its loop. */
  long joinedMicros() {
    return joinedMicros;
  }

  /** Returns the number of its subscriptions to patterns. */
  int patternCount() {
    return patterns;
  }

  int subscriptionCount() {
    return subscriptions.size();
  }

  Hub hub() {
    return hub;
  }

  Loop loop() {
    return loop;
  }

  /** Returns the event loop that owns the session. */
  public EventExecutor eventLoop() {
    return loop.eventLoop();
  }

  Transport transport() {
    return transport;
  }

  Outbox outbox() {
    return outbox;
  }

  /** Returns the client's host; empty where it is not known. */
  public String remoteAddress() {
    return transport.remoteAddress();
  }

  /** Returns the name for the log. */
  @Override
  public String toString() {
    return "session " + id + " (" + protocol + ", " + remoteAddress() + ")";
  }
}
