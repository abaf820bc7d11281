package io.busbar.hub;

import io.busbar.config.ChannelRule;
import io.busbar.config.ChannelRule.Overflow;
import io.busbar.config.WorkerConfig;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An address that clients of this node listen to, with its one bus consumer. Owned by its home
 * loop; the subscribers of a loop belong to that loop.
 */
final class Channel {
  private final Hub hub;
  private final Loop home;
  private final ChannelName name;
  private final String address;
  private final @Nullable ChannelRule rule;
  private final ChannelMembers members;
  private final ChannelPresence presence;
  private final EncodingTable encodings = new EncodingTable();
  private final PointToPoint sends;
  private final List<Subscription> waiting = new ArrayList<>();

  /** Null where the channel is no stream. */
  private final @Nullable Follower follower;

  /** Null where the address has no workers. */
  private final @Nullable WorkerPool pool;

  private @Nullable MessageConsumer<Object> consumer;
  private boolean registering;
  private boolean registered;
  private boolean lingering;

  /** Whether the rules for this channel have changed since it was opened. */
  private boolean outdated;

  /** Holder of the pattern quota that this channel counts for; null for none. */
  private @Nullable String holder;

  private long messages;
  private long messagesSampled;

  Channel(Hub hub, Loop home, ChannelName name) {
    this.hub = hub;
    this.home = home;
    this.name = name;
    this.address = name.address();
    this.rule = hub.channelRules().of(address);
    this.members = new ChannelMembers(this);
    this.sends = new PointToPoint(this, members);
    this.presence = new ChannelPresence(hub, name);
    WorkerConfig workers = name.isPattern() ? null : hub.workers().of(address);
    this.pool =
        workers == null
            ? null
            : new WorkerPool(this, workers, hub.workers().counters(address), hub.openRequests());
    this.follower = name.isPattern() ? null : follower();
  }

  private @Nullable Follower follower() {
    History history = hub.history();
    if (history == null || !history.keeps(address)) {
      return null;
    }
    return new Follower(this, history, rule != null && rule.last());
  }

  Hub hub() {
    return hub;
  }

  Loop home() {
    return home;
  }

  String address() {
    return address;
  }

  ChannelName name() {
    return name;
  }

  /** Returns the admitted subscriptions. */
  List<Subscription> members() {
    return members.all();
  }

  /** Returns the number of members that hear messages. */
  int listeners() {
    return members.listeners();
  }

  /** Returns the number of messages for clients of this node since the channel was opened. */
  long messages() {
    return messages;
  }

  /** Returns the number of messages since the last call. */
  long sampleMessages() {
    long since = messages - messagesSampled;
    messagesSampled = messages;
    return since;
  }

  /**
   * Returns the policy for slow readers. On a pattern the newest message says nothing about other
   * addresses, so "latest" becomes "drop oldest".
   */
  Overflow overflow() {
    // The sender of a dropped request would wait in vain.
    if (rule == null || pool != null) {
      return Overflow.DISCONNECT;
    }
    boolean latest = rule.overflow() == Overflow.LATEST;
    return name.isPattern() && latest ? Overflow.DROP_OLDEST : rule.overflow();
  }

  /** Returns the address that gives the first message for a new subscriber; empty for none. */
  String snapshotAddress() {
    return rule == null || name.isPattern() ? "" : rule.snapshot();
  }

  /** Will admit the subscription when the bus knows that this node listens. */
  void add(Subscription subscription) {
    if (outdated) {
      comeAgain(subscription);
    }
    if (registered) {
      admit(subscription);
      closeIfEmpty();
      return;
    }
    waiting.add(subscription);
    if (!registering) {
      register();
    }
  }

  /** Removes a cancelled subscription. With the last one the bus consumer ends, too. */
  void remove(Subscription subscription) {
    if (subscription.placeInChannel() < 0) {
      if (follower != null && follower.drop(subscription)) {
        encodings.release(subscription.encoding());
        closeIfEmpty();
      }
      return;
    }
    members.remove(subscription);
    presence.left(subscription);
    if (members.isEmpty()) {
      presence.vacated();
    }
    encodings.release(subscription.encoding());
    if (pool != null && !subscription.isSilent()) {
      pool.left(subscription);
    }
    closeIfEmpty();
  }

  /** Tells presence the new name of the subscription's user. */
  void renamed(Subscription subscription, PresenceSubscriber now) {
    presence.renamed(subscription, now);
  }

  private void register() {
    registering = true;
    if (name.isPattern()) {
      listen();
      return;
    }
    home.registrations().inTurn(waiting.get(0).session().id(), this::consume);
  }

  private void listen() {
    String first = PatternQuota.holder(waiting.get(0).session());
    if (hub.patterns().take(first)) {
      holder = first;
      hub.publications().listen(this).onComplete(result -> home.post(() -> registered(result)));
    } else {
      registering = false;
      refuse(Refusal.TOO_MANY_PATTERNS);
      close();
    }
  }

  private void refuse(Refusal why) {
    List<Subscription> refused = List.copyOf(waiting);
    waiting.clear();
    refused.forEach(each -> each.session().loop().post(() -> each.session().refused(each, why)));
  }

  private Future<Void> consume() {
    if (waiting.stream().allMatch(Subscription::isCancelled)) {
      giveUp();
      return Future.succeededFuture();
    }
    consumer = hub.bus().consumer(address);
    consumer.handler(message -> handle(address, message));
    Future<Void> known = consumer.completion();
    Follower stream = follower;
    if (stream == null) {
      return known.onComplete(this::registered);
    }
    known
        .compose(received -> stream.start())
        .onComplete(result -> home.post(() -> registered(result)));
    return known;
  }

  /** Ends the subscribing when all subscriptions were cancelled while it waited for its turn. */
  private void giveUp() {
    waiting.forEach(each -> each.session().loop().post(() -> each.session().admitted(each, null)));
    waiting.clear();
    registering = false;
    close();
  }

  /**
   * Will deliver a message published on an address that the pattern matches. Any thread may call
   * it.
   */
  void matched(String messageAddress, Message<Object> message) {
    if (!hub.isKeptFromAll(messageAddress)) {
      home.post(() -> handle(messageAddress, message));
    }
  }

  private void registered(AsyncResult<Void> result) {
    registered = result.succeeded();
    if (registered) {
      presence.watched();
      List<Subscription> arrivals = List.copyOf(waiting);
      waiting.clear();
      arrivals.forEach(this::admit);
    } else {
      registering = false;
      consumer = null;
      hub.counters().failure("registering " + address, result.cause());
      refuse(Refusal.REGISTRATION_FAILED);
    }
    closeIfEmpty();
  }

  private void admit(Subscription subscription) {
    Loop loop = subscription.session().loop();
    if (subscription.isCancelled()) {
      // The session holds back later messages of the client until this answer.
      loop.post(() -> subscription.session().admitted(subscription, null));
      return;
    }
    subscription.share(name, encodings.use(subscription.encoding()));
    if (follower == null) {
      LoopSubscribers subscribers = place(subscription);
      loop.post(() -> subscription.session().admitted(subscription, subscribers));
    } else {
      follower.admit(subscription);
    }
  }

  /** Adds a member, which hears messages from now on with the subscribers of its loop. */
  LoopSubscribers place(Subscription subscription) {
    LoopSubscribers subscribers = members.add(subscription);
    if (members.size() == 1) {
      presence.occupied();
    }
    presence.joined(subscription);
    if (pool != null && !subscription.isSilent()) {
      pool.joins(subscription);
    }
    return subscribers;
  }

  /** Refuses a subscriber that cannot be told its position in the stream. */
  void refuse(Subscription subscription) {
    encodings.release(subscription.encoding());
    Refusal why = Refusal.REGISTRATION_FAILED;
    subscription.session().loop().post(() -> subscription.session().refused(subscription, why));
    closeIfEmpty();
  }

  /** In a cluster the channel stays registered for a while, for clients that come back soon. */
  private void closeIfEmpty() {
    if (!isEmpty()) {
      return;
    }
    if (pool != null) {
      pool.serve();
    }
    long linger = registered && !outdated ? hub.lingerMillis() : 0;
    if (linger == 0) {
      close();
    } else if (!lingering) {
      lingering = true;
      home.eventLoop()
          .schedule(
              () -> {
                lingering = false;
                if (isEmpty()) {
                  close();
                }
              },
              linger,
              TimeUnit.MILLISECONDS);
    }
  }

  /** Returns whether the channel has a subscriber or will soon have one. */
  boolean isListenedTo() {
    return !members.isEmpty() || !waiting.isEmpty() || follower != null && follower.isAwaited();
  }

  /** Returns whether the channel has no subscriber, and none will come. */
  boolean isEmpty() {
    return !isListenedTo() && (registered || !registering);
  }

  /** Closes the channel. Completes when the cluster knows. */
  Future<Void> close() {
    if (!home.channels().remove(name, this)) {
      return Future.succeededFuture();
    }
    hub.counters().channels(-1);
    if (registered) {
      presence.unwatched();
    }
    if (holder != null) {
      hub.publications().ignore(this);
      hub.patterns().release(holder);
    }
    return consumer == null ? Future.succeededFuture() : consumer.unregister();
  }

  private void handle(String messageAddress, Message<Object> message) {
    messages++;
    Payload payload = Payload.ofBody(message.body());
    if (payload == null) {
      hub.counters().undeliverable(address, message.body());
      if (message.isSend()) {
        message.fail(-1, "no client can be told a " + message.body().getClass().getName());
      }
      return;
    }
    if (pool != null && (follower == null || message.isSend())) {
      toWorkers(pool, payload, message);
    } else if (message.isSend()) {
      sends.send(new Fanout(messageAddress, payload, message), message);
    } else if (follower == null) {
      publish(new Fanout(messageAddress, payload, message));
    } else {
      follower.arrived(payload, message);
    }
  }

  /**
   * If the rules for this channel have changed, disconnects its clients, which may connect again.
   */
  void rulesChanged() {
    if (Objects.equals(rule, hub.channelRules().of(address))) {
      return;
    }
    outdated = true;
    members.all().forEach(Channel::comeAgain);
    waiting.forEach(Channel::comeAgain);
    if (isEmpty()) {
      close();
    }
  }

  private static void comeAgain(Subscription subscription) {
    subscription.session().closeSoon(Disconnect.CHANNEL_CHANGED);
  }

  private void toWorkers(WorkerPool workers, Payload payload, Message<Object> message) {
    if (message.isSend() && message.replyAddress() != null) {
      workers.request(message, payload);
      return;
    }
    MultiMap headers = Identity.forWorkers(message.headers());
    Fanout fanout = Fanout.forWorker(address, payload, message, headers);
    if (message.isSend()) {
      sends.send(fanout, message);
    } else {
      publish(fanout);
    }
  }

  /** Returns whether the channel will soon have a subscriber that hears messages. */
  boolean isComing() {
    return !waiting.isEmpty() || follower != null && follower.isAwaited();
  }

  /**
   * Forwards a request to the workers of another node, because there are none here.
   *
   * @param end run when the request is answered or has failed
   */
  void handOn(WorkerRequest request, WorkerConfig workers, Runnable end) {
    if (isEmpty()) {
      close().onComplete(done -> Forwarding.ofWorkers(hub, request, workers, end).send());
    } else {
      sends.failForNobody(request.original());
      end.run();
    }
  }

  /** Looks for messages of the stream that this node may have missed. */
  void lookAgain() {
    if (follower != null && registered) {
      follower.fill();
    }
  }

  void streamIsAt(Position head) {
    if (follower != null && registered) {
      follower.isAt(head);
    }
  }

  /** Encodes the message for all current members, for later readers on this loop. */
  boolean encode(Fanout message) {
    return encode(message, encodings.all());
  }

  /** Publishes the message to all current members. */
  void publish(Fanout message) {
    if (encode(message)) {
      members.deliver(message);
    }
  }

  /** Encodes the message for one subscriber; returns false where that fails. */
  boolean encode(Fanout message, Encoding encoding) {
    return encode(message, new Encoding[] {encoding}) && message.encoded(encoding) != null;
  }

  private boolean encode(Fanout message, Encoding[] into) {
    try {
      message.encode(into);
      return true;
    } catch (RuntimeException e) {
      hub.counters().undeliverable(address, message.payload().body());
      return false;
    }
  }
}
