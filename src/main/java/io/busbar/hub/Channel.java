package io.busbar.hub;

import io.busbar.config.ChannelRule;
import io.busbar.config.ChannelRule.Overflow;
import io.busbar.config.WorkerConfig;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
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
  private final LoopSubscribers[] subscribersByLoop;
  private final int[] population;
  private final List<Subscription> members = new ArrayList<>();
  private final List<Subscription> waiting = new ArrayList<>();

  /** Null where the channel is no stream. */
  private final @Nullable Follower follower;

  /** Number of members that do not hear the channel's messages. */
  private int silent;

  /** Null where the address has no workers. */
  private final @Nullable WorkerPool pool;

  private Encoding[] encodings = {};
  private int[] uses = {};
  private @Nullable MessageConsumer<Object> consumer;
  private boolean registering;
  private boolean registered;
  private boolean lingering;

  /** Whether the rules for this channel have changed since it was opened. */
  private boolean outdated;

  /** Holder of the pattern quota that this channel counts for; null for none. */
  private @Nullable String holder;

  private int turn;
  private long messages;
  private long messagesSampled;

  Channel(Hub hub, Loop home, ChannelName name) {
    this.hub = hub;
    this.home = home;
    this.name = name;
    this.address = name.address();
    this.rule = hub.channelRules().of(address);
    this.subscribersByLoop = new LoopSubscribers[hub.loops().size()];
    this.population = new int[subscribersByLoop.length];
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
    return members;
  }

  /** Returns the number of members that hear messages. */
  int listeners() {
    return members.size() - silent;
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
    int place = subscription.placeInChannel();
    if (place < 0) {
      if (follower != null && follower.drop(subscription)) {
        release(subscription.encoding());
        closeIfEmpty();
      }
      return;
    }
    Subscription last = members.remove(members.size() - 1);
    if (last != subscription) {
      members.set(place, last);
      last.placeInChannel(place);
    }
    subscription.placeInChannel(-1);
    silent -= subscription.isSilent() ? 1 : 0;
    Attendance attendance = hub.attendance();
    if (attendance != null && subscription.attendee() != null) {
      attendance.left(subscription.attendee());
    }
    if (members.isEmpty()) {
      occupancy(Attendance::vacated);
    }
    release(subscription.encoding());
    int index = subscription.session().loop().index();
    if (--population[index] == 0) {
      subscribersByLoop[index] = null;
    }
    if (pool != null && !subscription.isSilent()) {
      pool.left(subscription);
    }
    closeIfEmpty();
  }

  /** Tells presence the new name of the subscription's user. */
  void renamed(Subscription subscription, Attendee now) {
    Attendance attendance = hub.attendance();
    Attendee before = subscription.attendee();
    subscription.attendee(now);
    if (subscription.placeInChannel() >= 0 && attendance != null && before != null) {
      attendance.joined(now);
      attendance.left(before);
    }
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
        .compose(heard -> stream.start())
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
  void matched(String told, Message<Object> message) {
    if (!hub.isKeptFromAll(told)) {
      home.post(() -> handle(told, message));
    }
  }

  private void registered(AsyncResult<Void> result) {
    registered = result.succeeded();
    if (registered) {
      watch(Attendance::watched);
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
    subscription.share(name, use(subscription.encoding()));
    if (follower == null) {
      LoopSubscribers subscribers = place(subscription);
      loop.post(() -> subscription.session().admitted(subscription, subscribers));
    } else {
      follower.admit(subscription);
    }
  }

  /** Adds a member, which hears messages from now on with the subscribers of its loop. */
  LoopSubscribers place(Subscription subscription) {
    subscription.placeInChannel(members.size());
    members.add(subscription);
    silent += subscription.isSilent() ? 1 : 0;
    if (members.size() == 1) {
      occupancy(Attendance::occupied);
    }
    Attendance attendance = hub.attendance();
    if (attendance != null && subscription.attendee() != null) {
      attendance.joined(subscription.attendee());
    }
    int index = subscription.session().loop().index();
    if (population[index]++ == 0) {
      subscribersByLoop[index] = new LoopSubscribers(this, hub.loops().get(index));
    }
    if (pool != null && !subscription.isSilent()) {
      pool.joins(subscription);
    }
    return subscribersByLoop[index];
  }

  /** Refuses a subscriber that cannot be told its position in the stream. */
  void refuse(Subscription subscription) {
    release(subscription.encoding());
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

  private void occupancy(BiConsumer<Attendance, String> change) {
    if (!name.isPattern() && hub.attendance() != null) {
      change.accept(hub.attendance(), address);
    }
  }

  /** Reports whether clients hear the presence of another channel at this address. */
  private void watch(BiConsumer<Attendance, String> change) {
    String watched = name.isPattern() ? null : hub.presence().channelOf(address);
    if (watched != null && hub.attendance() != null) {
      change.accept(hub.attendance(), watched);
    }
  }

  /** Returns whether the channel has a subscriber or will soon have one. */
  boolean isListenedTo() {
    return !members.isEmpty() || !waiting.isEmpty() || follower != null && follower.isAwaited();
  }

  private boolean isEmpty() {
    return !isListenedTo() && (registered || !registering);
  }

  /** Completes when the cluster knows. */
  private Future<Void> close() {
    if (!home.channels().remove(name, this)) {
      return Future.succeededFuture();
    }
    hub.counters().channels(-1);
    if (registered) {
      watch(Attendance::unwatched);
    }
    if (holder != null) {
      hub.publications().ignore(this);
      hub.patterns().release(holder);
    }
    return consumer == null ? Future.succeededFuture() : consumer.unregister();
  }

  private void handle(String told, Message<Object> message) {
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
      sendToNext(new Fanout(told, payload, message), message);
    } else if (follower == null) {
      publish(new Fanout(told, payload, message));
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
    members.forEach(Channel::comeAgain);
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
      sendToNext(fanout, message);
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
      hub.counters().unheard(address);
      request.original().reply(nobody());
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
    return encode(message, encodings);
  }

  /** Publishes the message to all current members. */
  void publish(Fanout message) {
    if (!encode(message, encodings)) {
      return;
    }
    for (int i = 0; i < subscribersByLoop.length; i++) {
      LoopSubscribers subscribers = subscribersByLoop[i];
      if (subscribers != null) {
        hub.loops().get(i).post(() -> subscribers.arrive(message));
      }
    }
  }

  /**
   * Sends the message to the next member in turn that wants it; if that one is gone, to another
   * one. If none wants it, the sender gets the failure for no listeners. The message does not
   * return to the bus, which would deliver it here again.
   */
  private void sendToNext(Fanout message, Message<?> original) {
    if (members.isEmpty() && !isEmpty()) {
      // Members that catch up do not take it, and the bus would deliver it here again.
      hub.counters().unheard(address);
      original.reply(nobody());
      return;
    }
    if (members.isEmpty()) {
      close().onComplete(done -> new Forwarding(hub, address, original).send());
      return;
    }
    Subscription next = nextWho(message);
    if (next == null) {
      hub.counters().unheard(address);
      original.reply(nobody());
      return;
    }
    if (!encode(message, next.encoding())) {
      original.fail(-1, "the message cannot be encoded");
      return;
    }
    next.session()
        .loop()
        .post(
            () -> {
              if (!next.deliverInOrder(message)) {
                home.post(() -> sendToNext(message, original));
              }
            });
  }

  /** Returns the next member in turn that wants the message; null for none. */
  private @Nullable Subscription nextWho(Fanout message) {
    for (int asked = 0; asked < members.size(); asked++) {
      Subscription next = members.get(turn++ % members.size());
      turn = turn < 0 ? 0 : turn;
      if (next.wants(message)) {
        return next;
      }
    }
    return null;
  }

  private ReplyException nobody() {
    String words = "No handlers for address " + address;
    return new ReplyException(ReplyFailure.NO_HANDLERS, -1, words);
  }

  /** Encodes the message for one subscriber; returns false where that fails. */
  boolean encode(Fanout message, Encoding encoding) {
    return encode(message, new Encoding[] {encoding}) && message.wire(encoding) != null;
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

  /** Counts one use more; returns the first of the equal encodings. */
  private Encoding use(Encoding encoding) {
    int index = Arrays.asList(encodings).indexOf(encoding);
    if (index < 0) {
      index = encodings.length;
      encodings = Arrays.copyOf(encodings, index + 1);
      encodings[index] = encoding;
      uses = Arrays.copyOf(uses, index + 1);
    }
    uses[index]++;
    return encodings[index];
  }

  /**
   * Counts one use less. Messages under way refer to the table, so it is replaced and never
   * changed.
   */
  private void release(Encoding encoding) {
    int index = Arrays.asList(encodings).indexOf(encoding);
    if (--uses[index] > 0) {
      return;
    }
    List<Encoding> left = new ArrayList<>(Arrays.asList(encodings));
    left.remove(index);
    int[] leftUses = new int[left.size()];
    for (int i = 0, j = 0; i < uses.length; i++) {
      if (i != index) {
        leftUses[j++] = uses[i];
      }
    }
    encodings = left.toArray(Encoding[]::new);
    uses = leftUses;
  }
}
