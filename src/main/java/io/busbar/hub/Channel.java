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
 * loop; the lanes it posts to belong to theirs.
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

  /** Members that are here, and hear nothing by that. */
  private int silent;

  /** Null where the address has no workers. */
  private final @Nullable WorkerPool pool;

  private Encoding[] encodings = {};
  private int[] uses = {};
  private @Nullable MessageConsumer<Object> consumer;
  private boolean registering;
  private boolean registered;
  private boolean lingering;

  /** The rules say something else of it now. */
  private boolean outdated;

  /** Whose pattern it is counted as; null for nobody's. */
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

  /** Those who were admitted. */
  List<Subscription> members() {
    return members;
  }

  /** How many of them hear what is said. */
  int listeners() {
    return members.size() - silent;
  }

  /** Messages that came to this node's clients since the channel was opened. */
  long messages() {
    return messages;
  }

  /** Messages since the last call. */
  long sampleMessages() {
    long since = messages - messagesSampled;
    messagesSampled = messages;
    return since;
  }

  /** Of a pattern's channel the newest message alone would say nothing of the other addresses. */
  Overflow overflow() {
    // A request that was dropped would not be answered in time.
    if (rule == null || pool != null) {
      return Overflow.DISCONNECT;
    }
    boolean latest = rule.overflow() == Overflow.LATEST;
    return name.isPattern() && latest ? Overflow.DROP_OLDEST : rule.overflow();
  }

  /** Who is asked what a new subscriber hears first; empty when nobody is. */
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

  /** Forgets a subscription, cancelled before; the last one takes the bus consumer along. */
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

  /** Who listens has another name now. */
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

  /** All who wanted it have gone while it waited for its turn. */
  private void giveUp() {
    waiting.forEach(each -> each.session().loop().post(() -> each.session().admitted(each, null)));
    waiting.clear();
    registering = false;
    close();
  }

  /** What was published on an address that the pattern matches. Any thread may call. */
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
      // It waits for this, with all that the client has said since.
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

  /** One more member, that hears what comes from now on in that lane. */
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

  /** The subscriber cannot be told where in the stream it is. */
  void refuse(Subscription subscription) {
    release(subscription.encoding());
    Refusal why = Refusal.REGISTRATION_FAILED;
    subscription.session().loop().post(() -> subscription.session().refused(subscription, why));
    closeIfEmpty();
  }

  /** In a cluster it lingers: who comes back soon finds it registered. */
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

  /** Where it is told who is in another channel. */
  private void watch(BiConsumer<Attendance, String> change) {
    String watched = name.isPattern() ? null : hub.presence().channelOf(address);
    if (watched != null && hub.attendance() != null) {
      change.accept(hub.attendance(), watched);
    }
  }

  /** Whether it has a subscriber, or soon will have. */
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

  /** Where the rules say something else of it now, those who are here come again. */
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

  /** Whether it has no subscriber yet that hears it, but soon will have. */
  boolean isComing() {
    return !waiting.isEmpty() || follower != null && follower.isAwaited();
  }

  /**
   * Sends a request on to another node's workers, as there are none here.
   *
   * @param end run when it is answered, or has failed
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

  /** Streams may have gone on unheard. */
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

  /** For those who will read it later on this loop: as all who are here now do. */
  boolean encode(Fanout message) {
    return encode(message, encodings);
  }

  /** Hands it to all who are here. */
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
   * Gives the message to the next member in turn that wants it; to another one when that is gone.
   * Where none wants it the sender is told as if nobody listened, and it does not go back to the
   * bus: that would bring it here again.
   */
  private void sendToNext(Fanout message, Message<?> original) {
    if (members.isEmpty() && !isEmpty()) {
      // Those who catch up do not take it, and from the bus it would come here again.
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

  /** The next member in turn that wants the message; null when none does. */
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

  /** For one who hears it; false where that cannot be. */
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

  /** Counts up; returns the first of those that are equal. */
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

  /** Counts down; the table that messages under way refer to is never changed in place. */
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
