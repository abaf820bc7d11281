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
 * One connected client: its subscriptions, its outbox, the answers it owes. All of its books are
 * here, so that {@link Hub#leave} ends them in one call. Owned by its transport's event loop.
 */
public final class Session {
  private final Hub hub;
  private final Loop loop;
  private final Transport transport;
  private final String protocol;
  private final String id;
  private final Outbox outbox;
  private final PendingSubscriptions arrivals = new PendingSubscriptions(this);

  /** Null for a client that was asked for no answer. */
  private @Nullable PendingReplies owed;

  private final RateLimiter rateLimiter;

  /** Null for a client that has published nothing. */
  private @Nullable Backpressure pace;

  private Map<String, Subscription> subscriptions = Map.of();
  private Principal principal;
  private Access access;
  @SuppressWarnings("NullAway.Init") // set when it joins its loop
  private ProtocolCounters traffic;
  private long joinedMicros;
  private @Nullable Function<Disconnect, EncodedMessage> farewell;
  private Supplier<List<String>> alsoHeard = List::of;
  private boolean closing;
  private boolean left;
  private int holds;

  /** How often something came from the client. */
  private long heard;

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

  /** A UUID, or what the protocol calls its clients. */
  public String id() {
    return id;
  }

  public String protocol() {
    return protocol;
  }

  /** The name of who logged in; null for nobody. */
  public @Nullable String user() {
    return principal.name();
  }

  public Principal principal() {
    return principal;
  }

  /** The client said who it is, after it had connected. */
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
   * The protocol lets the session hear addresses in a way of its own, after it had asked {@link
   * Admission#toListen}.
   *
   * @param addresses those of the moment
   */
  public void alsoHears(Supplier<List<String>> addresses) {
    alsoHeard = addresses;
  }

  /** Whether the rules allow all that the session listens to. */
  boolean mayStillListen() {
    return subscriptions.values().stream().allMatch(each -> each.isAllowedBy(access))
        && alsoHeard.get().stream().allMatch(address -> access.toSubscribe(address) == null);
  }

  /**
   * What the protocol says to its client, in its own words, when we end the connection; null for
   * nothing.
   */
  public void farewell(Function<Disconnect, EncodedMessage> words) {
    farewell = words;
  }

  public boolean isClosed() {
    return closing || left;
  }

  /** The subscription of that key; null when there is none. */
  public @Nullable Subscription subscription(String key) {
    return subscriptions.get(key);
  }

  public Collection<Subscription> subscriptions() {
    return Collections.unmodifiableCollection(subscriptions.values());
  }

  /** The same, but completed on the session's event loop. */
  public <T> Future<T> here(Future<T> elsewhere) {
    Promise<T> promise = loop.context().promise();
    elsewhere.onComplete(promise);
    return promise.future();
  }

  /** Says something to this client alone, after what is already on its way. */
  public void write(EncodedMessage wire) {
    offer(List.of(transport.framing().prepare(wire)), null);
  }

  /** Will run the task when all that was written so far has left for the client. */
  public void whenWritten(Runnable task) {
    outbox.whenWritten(task);
  }

  /**
   * Will run the task when what the client said so far has been delivered on this node, and all
   * that it was told has left for it.
   */
  public void whenQuiet(Runnable task) {
    whenSettled(
        () ->
            whenKept()
                .onComplete(
                    kept -> pace().whenPassed(hub.loops(), () -> outbox.whenWritten(task))));
  }

  /** Completes when all is kept that the client published so far on streams; fails if it is not. */
  public Future<Void> whenKept() {
    return pace == null ? Future.succeededFuture() : pace.whenKept();
  }

  /** Will be told so and end. Any thread may call. */
  public void closeSoon(Disconnect why) {
    loop.post(() -> close(why));
  }

  /** Ends the connection from our side: what is written goes out, then goodbye. */
  public void close(Disconnect why) {
    if (closing || left) {
      return;
    }
    if (farewell != null) {
      EncodedMessage goodbye = farewell.apply(why);
      if (goodbye != null) {
        write(goodbye);
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

  /** Remembers that the client may answer this message. */
  public void owe(Message<?> message) {
    if (message instanceof WorkerTask task) {
      task.delivered(heard);
    }
    owed().add(message, System.currentTimeMillis() + hub.replyTimeoutMillis());
  }

  /**
   * The client has let its time for a request pass. One that has said nothing at all since it was
   * told of it hangs, and its connection is closed: false.
   */
  boolean isAliveAfter(WorkerTask task) {
    owed().overdue(task, System.currentTimeMillis() + hub.replyTimeoutMillis());
    if (heard == task.heardBefore() && !isHeldBack()) {
      close(Disconnect.WORKER_HANGS);
    }
    return !isClosed();
  }

  /** Where the answer goes that the client owes, by its {@link ReplyNumber}; null for none. */
  public @Nullable String owedAnswer(long number) {
    return owed == null ? null : owed.find(number);
  }

  private PendingReplies owed() {
    owed = owed == null ? new PendingReplies() : owed;
    return owed;
  }

  /** Takes out the message that asked for an answer at this address; null when there is none. */
  @Nullable Message<?> settle(String replyAddress) {
    Message<?> message = owed == null ? null : owed.settle(replyAddress);
    heard += message == null ? 0 : 1;
    return message;
  }

  /** About once a second. */
  void tick(long nowMillis) {
    transport.tick(nowMillis);
    if (principal.expires() <= nowMillis) {
      close(Disconnect.EXPIRED);
    }
    if (owed != null) {
      owed.tick(nowMillis);
    }
  }

  /**
   * Runs the task when no subscription is in flight, in the order of the calls, publishes and sends
   * among them.
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
   * The channel took the subscription; the session may have changed its mind meanwhile.
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

  /** Most sessions have one subscription, for which there is a smaller map. */
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

  /** Marks the end; false when it was marked before. */
  boolean leave() {
    if (left) {
      return false;
    }
    left = true;
    outbox.close();
    if (owed != null) {
      owed.clear();
    }
    arrivals.leave();
    return true;
  }

  /** Counts one message of the client; false when it sends too many. */
  boolean mayTalk() {
    return rateLimiter.message();
  }

  /**
   * Counts what the client said; one that says more than it may is read no further until that is
   * made up for.
   *
   * @param bytes of text: its characters
   */
  public void heard(int bytes) {
    heard++;
    rateLimiter.bytes(bytes);
  }

  /** Will read no further from the client until {@link #readOn} was called as often as this. */
  public void holdBack() {
    if (holds++ == 0) {
      transport.pause();
    }
  }

  /** Whether the client is read no further at the moment. */
  public boolean isHeldBack() {
    return holds > 0;
  }

  /** One reason less not to read from the client. */
  public void readOn() {
    if (--holds == 0 && !left) {
      transport.resume();
    }
  }

  Backpressure pace() {
    pace = pace == null ? new Backpressure(this) : pace;
    return pace;
  }

  void offer(List<EncodedMessage> prepared, @Nullable Channel channel) {
    offer(prepared, channel, null);
  }

  /**
   * @param last position of the last of them; null where the channel is no stream
   */
  void offer(List<EncodedMessage> prepared, @Nullable Channel channel, @Nullable Position last) {
    if (!isClosed()) {
      outbox.offer(loop.batch(prepared, channel, transport.framing(), last));
    }
  }

  /** Will note what it is offered of its streams from now on. */
  public void journal(StreamJournal notes) {
    outbox.journal(notes);
  }

  /** It is one of its loop's from now on, and counted with its protocol. */
  void joined(ProtocolCounters newTraffic) {
    traffic = newTraffic;
    joinedMicros = loop.nextJoined();
    traffic.sessions(1);
  }

  /** What is counted of its protocol. */
  ProtocolCounters traffic() {
    return traffic;
  }

  /** When it joined: microseconds since 1970, of no other session of its loop. */
  long joinedMicros() {
    return joinedMicros;
  }

  /** How many of its subscriptions are to patterns. */
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

  /** Owns the session. */
  public EventExecutor eventLoop() {
    return loop.eventLoop();
  }

  Transport transport() {
    return transport;
  }

  Outbox outbox() {
    return outbox;
  }

  /** The host that the client comes from; empty where that is not known. */
  public String remoteAddress() {
    return transport.remoteAddress();
  }

  /** As logs name it. */
  @Override
  public String toString() {
    return "session " + id + " (" + protocol + ", " + remoteAddress() + ")";
  }
}
