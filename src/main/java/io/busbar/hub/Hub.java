package io.busbar.hub;

import io.busbar.config.ChannelRule;
import io.busbar.config.Config;
import io.busbar.config.Action;
import io.busbar.config.LimitsConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Joins the clients of every protocol to the event bus. A protocol calls it from the event loop of
 * the session's transport; what it returns completes there too. Knows no protocol and no HTTP.
 */
public final class Hub {
  /** Where the id of each session that has ended is published, to this node's features only. */
  public static final String SESSION_CLOSED = "busbar.session.closed";

  /** Where {@code {"user":…}} ends all sessions of that user, on every node. */
  public static final String SESSIONS_END = "busbar.sessions.end";

  /**
   * Where a node's webhooks are told of an event, by a question that they answer when it is kept.
   */
  public static final String EVENTS = "busbar.events";

  private static final String OURS = "busbar.";
  private static final String REPLIES = "__vertx.";
  private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);

  private final VertxInternal vertx;
  private final LimitsConfig limits;
  private final long replyTimeoutMillis;
  private final Rights rights;
  private final ChannelRules channelRules;
  private final PresenceChannels presence;
  private final Counters counters = new Counters();
  private final InboundBudget inbound;
  private final Admission admission;
  private final Sessions sessions;
  private final List<Loop> loops;
  private final Publications publications;
  private final PatternQuota patterns;
  private final Requests requests;
  private final SessionEvents events;
  private final WorkerAddresses workers;
  private final Subscriptions subscriptions;
  private final OpenRequests openRequests = new OpenRequests();
  private volatile long lingerMillis;
  private @Nullable History history;

  public Hub(Vertx vertx, Config config) {
    this(vertx, config, List.of());
  }

  /**
   * With protocols whose channels' names say something.
   *
   * @param names asked for what no rule of the config matches
   */
  public Hub(Vertx vertx, Config config, List<RulesByName> names) {
    this.vertx = (VertxInternal) vertx;
    this.limits = config.limits();
    this.inbound = new InboundBudget(config);
    this.admission = new Admission(limits, counters);
    this.replyTimeoutMillis = config.bridge().replyTimeout().toMillis();
    this.channelRules = new ChannelRules(config.channels(), names);
    this.sessions = new Sessions(this.vertx, limits, counters);
    this.loops = sessions.loops();
    this.presence = new PresenceChannels(channelRules);
    this.workers = new WorkerAddresses(config.workers());
    this.subscriptions = new Subscriptions(this, admission, presence, workers);
    this.rights = new Rights(sessions, config.permissions(), presence, workers);
    this.lingerMillis = config.cluster().enabled() ? config.cluster().linger().toMillis() : 0;
    this.publications = new Publications(vertx, loops.get(0).context());
    this.patterns = new PatternQuota(limits.patternsPerAddress());
    this.requests = new Requests(bus(), counters, replyTimeoutMillis);
    this.events = new SessionEvents(bus(), config);
    new ChannelDirectory(loops, publications).open(bus());
    new SessionFinder(loops).open(bus());
    long sweep = inbound.sweepMillis();
    loops
        .get(0)
        .eventLoop()
        .scheduleWithFixedDelay(inbound::sweep, sweep, sweep, TimeUnit.MILLISECONDS);
    Context first = loops.get(0).context();
    first.runOnContext(
        nothing -> bus().<Object>consumer(SESSIONS_END, message -> rights.end(message.body())));
  }

  public LimitsConfig limits() {
    return limits;
  }

  public Counters counters() {
    return counters;
  }

  /** What clients have begun to send. */
  public InboundBudget inbound() {
    return inbound;
  }

  public int eventLoopCount() {
    return loops.size();
  }

  /** Whether a session may do what it asks for. */
  public Admission admission() {
    return admission;
  }

  /** Who is here and listens to what. */
  public SessionInspector inspector() {
    return new SessionInspector(loops);
  }

  /** Whether some client of this node listens to the address. Any thread may ask. */
  public boolean isListenedTo(String address) {
    return home(address).channels().containsKey(ChannelName.of(address));
  }

  /** A new client. */
  public Session join(Transport transport, String protocol, Principal who) {
    return joined(new Session(this, sessions.currentLoop(), transport, protocol, who));
  }

  /**
   * A new client, which its protocol calls so.
   *
   * @param id of no other session, and not to be guessed
   */
  public Session join(Transport transport, String protocol, Principal who, String id) {
    return joined(new Session(this, sessions.currentLoop(), transport, protocol, who, id));
  }

  private Session joined(Session session) {
    sessions.add(session);
    events.opened(session);
    return session;
  }

  /**
   * Will let the session hear the channel. Publishes and sends of the session that come after wait
   * for it, so that a client hears what it publishes right after it subscribed.
   *
   * @return completes when the cluster knows; fails with {@link RefusedException}
   */
  public Future<Subscription> subscribe(Session session, SubscriptionRequest request) {
    return subscriptions.subscribe(session, request);
  }

  /**
   * Will let the session hear what is published on all addresses that match, as {@link #subscribe}
   * does for one. What is sent to one of those who listen is not among it.
   *
   * @param request whose address is a pattern, words between dots; {@code *} is any word, {@code #}
   *     any number of them
   * @return completes when this node listens; fails with {@link RefusedException}, where not every
   *     such address may be listened to, too
   */
  public Future<Subscription> subscribePattern(Session session, SubscriptionRequest request) {
    return subscriptions.subscribePattern(session, request);
  }

  /** Subscribes to a channel that the gateway chose: no rule is asked. */
  public Future<Subscription> subscribeTrusted(Session session, SubscriptionRequest request) {
    return subscriptions.subscribeTrusted(session, request);
  }

  /**
   * Will let the session be in a channel with presence by a name that its protocol knows it by. By
   * this it hears nothing of what is said there: for that there is {@link #hear}.
   *
   * @param key what the session knows it by, as a subscription
   * @param user what others know the client by
   * @param info what they are told of it: a JSON value; null for nothing
   * @return fails with {@link RefusedException} where that is too much
   */
  public Future<Subscription> attend(
      Session session, String key, String address, String user, @Nullable Payload info) {
    return subscriptions.attend(session, key, address, user, info);
  }

  /** Subscribes, as {@link #subscribeTrusted} does, a session that is in the channel already. */
  public Future<Subscription> hear(Session session, SubscriptionRequest request) {
    return subscriptions.hear(session, request);
  }

  /** Will be told who listens to channels with presence. To be set before the first client. */
  public void attendance(Attendance told) {
    subscriptions.attendance(told);
  }

  Attendance attendance() {
    return subscriptions.attendance();
  }

  /** Which channels tell who is here. */
  public PresenceChannels presence() {
    return presence;
  }

  /** The session of the subscription has another name now. */
  void renamed(Subscription subscription) {
    subscriptions.renamed(subscription);
  }

  /** A client's headers with those that tell features who it is. */
  public MultiMap identified(Session session, MultiMap headers) {
    return Identity.options(session, headers).getHeaders();
  }

  /**
   * Whether an address is the gateway's own, or Vert.x's for answers: nobody else's rules count.
   */
  public static boolean isInternal(String address) {
    return address.startsWith(OURS) || address.startsWith(REPLIES);
  }

  /** Whether a header of that name is the gateway's own, however it is written. */
  public static boolean isReserved(String header) {
    return Identity.isReserved(header);
  }

  /** The headers without those that say who sent the message; null when none are left. */
  public static @Nullable MultiMap withoutIdentity(MultiMap headers) {
    return Identity.without(headers);
  }

  /** The event loop that everything about an address belongs to that one loop must own. */
  public Context ownerOf(String address) {
    return home(address).context();
  }

  /** Whether the rules let nobody listen to the address, so that no pattern's listeners hear it. */
  public boolean isKeptFromAll(String address) {
    return rights.permissions().keepFromAll(address);
  }

  /** Whether the session may listen to the address. */
  public boolean maySubscribe(Session session, String address) {
    return session.access().toSubscribe(address) == null;
  }

  /** Ends a subscription; false when the session has none of that key. */
  public boolean unsubscribe(Session session, String key) {
    return subscriptions.unsubscribe(session, key);
  }

  void forget(Subscription subscription) {
    subscriptions.forget(subscription);
  }

  /** Tells everyone who listens to the address. Returns why not; null when it is done. */
  public @Nullable Refusal publish(Session session, String address, Payload payload, MultiMap headers) {
    Refusal refusal = admission.toTalk(session, Action.PUBLISH, address, payload);
    if (refusal == null) {
      DeliveryOptions options = Identity.options(session, headers);
      session.whenSettled(() -> say(session, address, payload, options));
    }
    return refusal;
  }

  /**
   * Tells everyone who listens to an address where the session may speak by the gateway's choice:
   * no rule is asked, only the limits hold.
   *
   * @param headers with those of the gateway's own; none is the client's
   * @return why not; null when it is done
   */
  public @Nullable Refusal publishTrusted(
      Session session, String address, Payload payload, MultiMap headers) {
    Refusal refusal = admission.toAnswer(session, address, payload);
    if (refusal == null) {
      DeliveryOptions options = Identity.options(session, null);
      headers.forEach(header -> options.addHeader(header.getKey(), header.getValue()));
      session.whenSettled(() -> say(session, address, payload, options));
    }
    return refusal;
  }

  private void say(Session session, String address, Payload payload, DeliveryOptions options) {
    if (history != null && history.keeps(address) && !History.isPassing(options.getHeaders())) {
      String holder = PatternQuota.holder(session);
      session.pace().keeping(history.publish(address, payload, options.getHeaders(), holder));
    } else {
      bus().publish(address, payload.body(), options);
      session.pace().said(home(address), loops);
    }
  }

  /** Tells one of those who listen to the address. Returns why not; null when it is done. */
  public @Nullable Refusal send(Session session, String address, Payload payload, MultiMap headers) {
    Refusal refusal = admission.toTalk(session, Action.SEND, address, payload);
    if (refusal == null) {
      DeliveryOptions options = Identity.options(session, headers);
      session.whenSettled(
          () -> {
            bus().send(address, payload.body(), options);
            session.pace().said(home(address), loops);
          });
    }
    return refusal;
  }

  /**
   * Asks one of those who listen to the address.
   *
   * @return the answer, as a message on {@code replyAddress}; fails with {@link RefusedException}
   *     or with what the bus says: a {@link io.vertx.core.eventbus.ReplyException}
   */
  public Future<Fanout> request(
      Session session, String address, Payload payload, MultiMap headers, String replyAddress) {
    String channel = presence.channelOf(address);
    Refusal refusal =
        channel == null
            ? admission.toTalk(session, Action.SEND, address, payload)
            : admission.toAskPresence(session, address, payload);
    if (refusal != null) {
      return Future.failedFuture(new RefusedException(refusal, Action.SEND, address));
    }
    if (channel == null) {
      return requests.ask(session, address, payload, headers, replyAddress);
    }
    try {
      Payload question = PresenceChannels.question(channel, payload);
      return requests.askHere(session, Attendance.ADDRESS, question, replyAddress);
    } catch (ReplyException e) {
      return Future.failedFuture(e);
    }
  }

  /** Asks a feature that the gateway chose: no rule is asked, only the limits hold. */
  public Future<Fanout> requestTrusted(
      Session session, String address, Payload payload, MultiMap headers) {
    return requests.askTrusted(session, address, payload, headers);
  }

  /**
   * The same, of JSON that nobody has looked at yet.
   *
   * @param timeoutMillis that the answer may take
   */
  public Future<Fanout> requestTrusted(
      Session session, String address, Payload payload, MultiMap headers, long timeoutMillis) {
    Refusal refusal = admission.toAnswer(session, address, payload);
    return refusal == null
        ? requests.ask(session, address, payload, headers, timeoutMillis)
        : Future.failedFuture(new RefusedException(refusal, Action.SEND, address));
  }

  /** Tells a feature that the gateway chose, at once: the session may be gone. */
  public void sendTrusted(Session session, String address, Payload payload, MultiMap headers) {
    bus().send(address, payload.body(), Identity.options(session, headers));
  }

  /**
   * Answers a message that the session was sent with a reply address. No rule is asked: who was
   * asked may answer.
   *
   * @return whether the session owed that answer
   */
  public boolean reply(Session session, String address, Payload payload, MultiMap headers) {
    return requests.reply(session, address, payload, headers);
  }

  /**
   * The same, but says that what was asked for failed.
   *
   * @param words null for none
   * @return whether the session owed that answer
   */
  public boolean fail(Session session, String address, int code, @Nullable String words) {
    return requests.fail(session, address, code, words);
  }

  /** Answers and asks back; null when the session owed no such answer. */
  public @Nullable Future<Fanout> replyAndRequest(
      Session session, String address, Payload payload, MultiMap headers, String replyAddress) {
    return requests.replyAndRequest(session, address, payload, headers, replyAddress);
  }

  /** The session is gone: ends all that it had. Calling it again does nothing. */
  public void leave(Session session) {
    if (!session.leave()) {
      return;
    }
    sessions.remove(session);
    for (Subscription subscription : session.subscriptions()) {
      subscriptions.cancel(subscription);
    }
    events.closed(session);
    session.loop().context().emit(session.id(), id -> bus().publish(SESSION_CLOSED, id, LOCAL));
  }

  /** Who may do what: to be changed while clients are here. */
  public Rights rights() {
    return rights;
  }

  /**
   * Says goodbye to every session of this node, to one after the other over that time. Who joins
   * from now on is told at once. Completes when each request to those of them that were workers is
   * answered or has failed, too.
   */
  public Future<Void> close(Disconnect why, Duration spread) {
    lingerMillis = 0;
    return sessions.close(why, spread).compose(gone -> openRequests.whenNone());
  }

  /** The addresses that clients answer. */
  public WorkerAddresses workers() {
    return workers;
  }

  OpenRequests openRequests() {
    return openRequests;
  }

  Requests requests() {
    return requests;
  }

  /** What the config says of channels. */
  public ChannelRules channelRules() {
    return channelRules;
  }

  /** From now on these are the rules of channels; whoever listens where they differ comes again. */
  public void channelRules(List<ChannelRule> rules) {
    channelRules.become(rules);
    loops.forEach(
        loop ->
            loop.post(() -> List.copyOf(loop.channels().values()).forEach(Channel::rulesChanged)));
  }

  /** Called once, before anybody joins, where some channels are streams. */
  public void history(History kept) {
    history = kept;
    kept.onChange(
        () ->
            loops.forEach(
                loop -> loop.post(() -> loop.channels().values().forEach(Channel::lookAgain))));
  }

  /** What is kept; null where no channel is a stream. */
  public @Nullable History history() {
    return history;
  }

  /** Somebody knows where the stream is now: whoever listens here must not be further back. */
  public void streamIsAt(String address, Position head) {
    Loop home = home(address);
    ChannelName name = ChannelName.of(address);
    if (home.channels().containsKey(name)) {
      home.post(
          () -> {
            Channel channel = home.channels().get(name);
            if (channel != null) {
              channel.streamIsAt(head);
            }
          });
    }
  }

  boolean keeps(String address) {
    return history != null && history.keeps(address);
  }

  long lingerMillis() {
    return lingerMillis;
  }

  long replyTimeoutMillis() {
    return replyTimeoutMillis;
  }

  EventBus bus() {
    return vertx.eventBus();
  }

  List<Loop> loops() {
    return loops;
  }

  /** The loop that owns everything about an address. */
  Loop home(String address) {
    return loops.get(Math.floorMod(address.hashCode(), loops.size()));
  }

  PatternQuota patterns() {
    return patterns;
  }

  Publications publications() {
    return publications;
  }
}
