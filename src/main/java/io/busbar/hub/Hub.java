package io.busbar.hub;

import io.busbar.config.Action;
import io.busbar.config.ChannelRule;
import io.busbar.config.Config;
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
 * The connection between the clients of all protocols and the event bus. A protocol calls it on the
 * event loop of the session's transport, and results complete there, too. It knows no protocol and
 * no HTTP.
 */
public final class Hub {
  /** Address where the id of each closed session is published, only to features of this node. */
  public static final String SESSION_CLOSED = "busbar.session.closed";

  /** Address where {@code {"user":…}} ends all sessions of that user, on every node. */
  public static final String SESSIONS_END = "busbar.sessions.end";

  /**
   * Address where a node's webhooks get events, as requests that they answer when the event is
   * stored.
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
   * Creates the hub with rules that follow from the names of channels.
   *
   * @param names asked for an address without a rule in the configuration
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

  /** Returns the budget for the bytes of incomplete input. */
  public InboundBudget inbound() {
    return inbound;
  }

  public int eventLoopCount() {
    return loops.size();
  }

  /** Returns the checks whether a session may do what it asks for. */
  public Admission admission() {
    return admission;
  }

  /** Returns the inspector of sessions and their subscriptions. */
  public SessionInspector inspector() {
    return new SessionInspector(loops);
  }

  /** Returns whether a client of this node listens to the address. Any thread may call it. */
  public boolean isListenedTo(String address) {
    return home(address).channels().containsKey(ChannelName.of(address));
  }

  /** Adds a new client. */
  public Session join(Transport transport, String protocol, Principal who) {
    return joined(new Session(this, sessions.currentLoop(), transport, protocol, who));
  }

  /**
   * Adds a new client with an id from its protocol.
   *
   * @param id unique and hard to guess
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
   * Will subscribe the session to the channel. Later publishes and sends of the session wait for
   * it, so a client hears what it publishes right after it subscribed.
   *
   * @return completes when the cluster knows; fails with {@link RefusedException}
   */
  public Future<Subscription> subscribe(Session session, SubscriptionRequest request) {
    return subscriptions.subscribe(session, request);
  }

  /**
   * Will subscribe the session to all addresses that match, as {@link #subscribe} does for one. It
   * hears publications only, and no sends.
   *
   * @param request has a pattern as its address: words between dots, where {@code *} is any word
   *     and {@code #} any number of words
   * @return completes when this node listens; fails with {@link RefusedException}, also where the
   *     session may not listen to all such addresses
   */
  public Future<Subscription> subscribePattern(Session session, SubscriptionRequest request) {
    return subscriptions.subscribePattern(session, request);
  }

  /** Will subscribe the session to a channel that the gateway chose, without a check of rules. */
  public Future<Subscription> subscribeTrusted(Session session, SubscriptionRequest request) {
    return subscriptions.subscribeTrusted(session, request);
  }

  /**
   * Will make the session present in a channel under a name that its protocol knows. The session
   * hears no messages by this; {@link #hear} is for that.
   *
   * @param key key of this subscription in the session
   * @param user name by which others know the client
   * @param info what others learn about the client, a JSON value; null for nothing
   * @return fails with {@link RefusedException} where a limit is reached
   */
  public Future<Subscription> attend(
      Session session, String key, String address, String user, @Nullable Payload info) {
    return subscriptions.attend(session, key, address, user, info);
  }

  /**
   * Will subscribe a session that already attends the channel, as {@link #subscribeTrusted} does.
   */
  public Future<Subscription> hear(Session session, SubscriptionRequest request) {
    return subscriptions.hear(session, request);
  }

  /** Sets the listener for channels with presence. Called before the first client joins. */
  public void presenceListener(PresenceListener listener) {
    subscriptions.presenceListener(listener);
  }

  @Nullable PresenceListener presenceListener() {
    return subscriptions.presenceListener();
  }

  /** Returns which channels have presence. */
  public PresenceChannels presence() {
    return presence;
  }

  /** Tells presence the new name of the subscription's user. */
  void renamed(Subscription subscription) {
    subscriptions.renamed(subscription);
  }

  /** Returns the client's headers together with those that tell features who the client is. */
  public MultiMap identified(Session session, @Nullable MultiMap headers) {
    return Identity.options(session, headers).getHeaders();
  }

  /**
   * Returns whether an address belongs to the gateway, or to Vert.x for replies. Rules do not apply
   * to it.
   */
  public static boolean isInternal(String address) {
    return address.startsWith(OURS) || address.startsWith(REPLIES);
  }

  /** Returns whether a header name belongs to the gateway, in any spelling. */
  public static boolean isReserved(String header) {
    return Identity.isReserved(header);
  }

  /** Returns the headers without those that say who sent the message; null when none are left. */
  public static @Nullable MultiMap withoutIdentity(MultiMap headers) {
    return Identity.without(headers);
  }

  /** Returns the context of the event loop that owns everything about the address. */
  public Context ownerOf(String address) {
    return home(address).context();
  }

  /**
   * Returns whether no client may listen to the address, so that patterns do not hear it either.
   */
  public boolean isKeptFromAll(String address) {
    return rights.permissions().keepFromAll(address);
  }

  /** Returns whether the session may listen to the address. */
  public boolean maySubscribe(Session session, String address) {
    return session.access().toSubscribe(address) == null;
  }

  /** Ends a subscription; returns false when the session has none with that key. */
  public boolean unsubscribe(Session session, String key) {
    return subscriptions.unsubscribe(session, key);
  }

  void forget(Subscription subscription) {
    subscriptions.forget(subscription);
  }

  /** Publishes to all listeners of the address. Returns why not; null when it is done. */
  public @Nullable Refusal publish(
      Session session, String address, Payload payload, @Nullable MultiMap headers) {
    Refusal refusal = admission.toTalk(session, Action.PUBLISH, address, payload);
    if (refusal == null) {
      DeliveryOptions options = Identity.options(session, headers);
      session.whenSettled(() -> say(session, address, payload, options));
    }
    return refusal;
  }

  /**
   * Publishes to an address that the gateway chose. Only the limits apply, no rule.
   *
   * @param headers headers of the gateway; none is the client's
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
      session
          .backpressure()
          .keeping(history.publish(address, payload, options.getHeaders(), holder));
    } else {
      bus().publish(address, payload.body(), options);
      session.backpressure().said(home(address), loops);
    }
  }

  /** Sends to one listener of the address. Returns why not; null when it is done. */
  public @Nullable Refusal send(
      Session session, String address, Payload payload, @Nullable MultiMap headers) {
    Refusal refusal = admission.toTalk(session, Action.SEND, address, payload);
    if (refusal == null) {
      DeliveryOptions options = Identity.options(session, headers);
      session.whenSettled(
          () -> {
            bus().send(address, payload.body(), options);
            session.backpressure().said(home(address), loops);
          });
    }
    return refusal;
  }

  /**
   * Will send a request to one listener of the address.
   *
   * @return the answer, as a message on {@code replyAddress}; fails with {@link RefusedException}
   *     or with the {@link io.vertx.core.eventbus.ReplyException} of the bus
   */
  public Future<Fanout> request(
      Session session,
      String address,
      Payload payload,
      @Nullable MultiMap headers,
      String replyAddress) {
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
      return requests.askHere(session, PresenceListener.ADDRESS, question, replyAddress);
    } catch (ReplyException e) {
      return Future.failedFuture(e);
    }
  }

  /** Will send a request to a feature that the gateway chose. Only the limits apply, no rule. */
  public Future<Fanout> requestTrusted(
      Session session, String address, Payload payload, MultiMap headers) {
    return requests.askTrusted(session, address, payload, headers);
  }

  /**
   * Will do the same with JSON that was not checked yet.
   *
   * @param timeoutMillis time limit for the answer, in milliseconds
   */
  public Future<Fanout> requestTrusted(
      Session session, String address, Payload payload, MultiMap headers, long timeoutMillis) {
    Refusal refusal = admission.toAnswer(session, address, payload);
    return refusal == null
        ? requests.ask(session, address, payload, headers, timeoutMillis)
        : Future.failedFuture(new RefusedException(refusal, Action.SEND, address));
  }

  /**
   * Sends to a feature that the gateway chose, at once and without checks. The session may be
   * closed.
   */
  public void sendTrusted(Session session, String address, Payload payload, MultiMap headers) {
    bus().send(address, payload.body(), Identity.options(session, headers));
  }

  /**
   * Answers a message that the session got with a reply address. No rule is checked, because the
   * session was asked.
   *
   * @return whether the session owed that answer
   */
  public boolean reply(
      Session session, String address, Payload payload, @Nullable MultiMap headers) {
    return requests.reply(session, address, payload, headers);
  }

  /**
   * Answers with a failure.
   *
   * @param words null for none
   * @return whether the session owed that answer
   */
  public boolean fail(Session session, String address, int code, @Nullable String words) {
    return requests.fail(session, address, code, words);
  }

  /** Will answer, and ask for an answer in turn; null when the session owed no such answer. */
  public @Nullable Future<Fanout> replyAndRequest(
      Session session,
      String address,
      Payload payload,
      @Nullable MultiMap headers,
      String replyAddress) {
    return requests.replyAndRequest(session, address, payload, headers, replyAddress);
  }

  /** Removes a closed session and all its subscriptions. A second call does nothing. */
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

  /** Returns the rights, which may change while clients are connected. */
  public Rights rights() {
    return rights;
  }

  /**
   * Will close all sessions of this node, one after another over that time. New sessions are closed
   * at once. Completes when the requests to all workers among them are answered or have failed,
   * too.
   */
  public Future<Void> close(Disconnect why, Duration spread) {
    lingerMillis = 0;
    return sessions.close(why, spread).compose(gone -> openRequests.whenNone());
  }

  /** Returns the addresses that have workers. */
  public WorkerAddresses workers() {
    return workers;
  }

  OpenRequests openRequests() {
    return openRequests;
  }

  Requests requests() {
    return requests;
  }

  /** Returns the rules for channels. */
  public ChannelRules channelRules() {
    return channelRules;
  }

  /**
   * Replaces the rules for channels. Listeners of a channel with a changed rule are disconnected,
   * and may connect again.
   */
  public void channelRules(List<ChannelRule> rules) {
    channelRules.become(rules);
    loops.forEach(
        loop ->
            loop.post(() -> List.copyOf(loop.channels().values()).forEach(Channel::rulesChanged)));
  }

  /**
   * Sets the store of streams. Called once, before any client joins, where some channels are
   * streams.
   */
  public void history(History kept) {
    history = kept;
    kept.onChange(
        () ->
            loops.forEach(
                loop -> loop.post(() -> loop.channels().values().forEach(Channel::lookAgain))));
  }

  /** Returns the store of streams; null where no channel is a stream. */
  public @Nullable History history() {
    return history;
  }

  /** Reports the newest position of a stream; listeners here will get everything up to it. */
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

  /** Returns the loop that owns everything about the address. */
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
