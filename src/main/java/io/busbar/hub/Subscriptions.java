package io.busbar.hub;

import io.busbar.config.Action;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/**
 * The subscribing and unsubscribing of sessions. Called on the event loop of the session; the loop
 * of a channel changes what the channel holds.
 */
final class Subscriptions {
  private final Hub hub;
  private final Admission admission;
  private final PresenceChannels presence;
  private final WorkerAddresses workers;
  private volatile @Nullable PresenceListener presenceListener;

  Subscriptions(Hub hub, Admission admission, PresenceChannels presence, WorkerAddresses workers) {
    this.hub = hub;
    this.admission = admission;
    this.presence = presence;
    this.workers = workers;
  }

  void presenceListener(PresenceListener listener) {
    presenceListener = listener;
  }

  @Nullable PresenceListener presenceListener() {
    return presenceListener;
  }

  Future<Subscription> subscribe(Session session, SubscriptionRequest request) {
    Refusal refusal = admission.toAttend(session, request.key(), request.address(), request.info());
    return refusal == null
        ? attend(session, request.subscription(session, false, true), request.info())
        : refused(refusal, request.address());
  }

  Future<Subscription> subscribePattern(Session session, SubscriptionRequest request) {
    Refusal refusal = admission.toSubscribeAll(session, request.key(), request.address());
    return refusal == null
        ? admit(session, request.subscription(session, true, true))
        : refused(refusal, request.address());
  }

  Future<Subscription> subscribeTrusted(Session session, SubscriptionRequest request) {
    return attend(session, request.subscription(session, false, false), null);
  }

  Future<Subscription> attend(
      Session session, String key, String address, String user, @Nullable Payload info) {
    Refusal refusal = admission.toBeTold(info);
    if (refusal != null) {
      return refused(refusal, address);
    }
    Subscription subscription = Subscription.silent(session, key, ChannelName.of(address));
    if (presenceListener != null && presence.has(address)) {
      subscription.attendeeByName(PresenceSubscriber.of(session, address, info).as(user));
    }
    return admit(session, subscription);
  }

  Future<Subscription> hear(Session session, SubscriptionRequest request) {
    return admit(session, request.subscription(session, false, false));
  }

  private Future<Subscription> attend(
      Session session, Subscription subscription, @Nullable Payload info) {
    if (presenceListener != null && presence.has(subscription.address())) {
      subscription.attendee(PresenceSubscriber.of(session, subscription.address(), info));
    }
    return admit(session, subscription);
  }

  private Future<Subscription> admit(Session session, Subscription subscription) {
    Refusal refusal = workers.has(subscription.address()) ? toWork(subscription) : null;
    if (refusal != null) {
      admission.refuse(refusal);
      return refused(refusal, subscription.address());
    }
    Promise<Subscription> promise = session.loop().context().promise();
    session.expect(subscription, promise);
    Loop home = hub.home(subscription.address());
    home.post(() -> channel(home, subscription.channel()).add(subscription));
    return promise.future();
  }

  private static Future<Subscription> refused(Refusal refusal, String address) {
    return Future.failedFuture(new RefusedException(refusal, Action.SUBSCRIBE, address));
  }

  /** Returns why it cannot be a worker's subscription; null if it can. */
  private static @Nullable Refusal toWork(Subscription subscription) {
    if (!subscription.isRuled()) {
      // A session that the gateway lets in without a rule is no worker, and hears none of their
      // requests.
      return Refusal.REJECTED;
    }
    boolean some = subscription.filter() != null && !subscription.channel().isPattern();
    return some ? Refusal.FILTER_NOT_ALLOWED : null;
  }

  private Channel channel(Loop home, ChannelName name) {
    Channel channel = home.channels().get(name);
    if (channel == null) {
      channel = new Channel(hub, home, name);
      home.channels().put(name, channel);
      hub.counters().channels(1);
    }
    return channel;
  }

  /** Tells presence the new name of the subscription's user. */
  void renamed(Subscription subscription) {
    if (presenceListener == null
        || subscription.keepsName()
        || !presence.has(subscription.address())) {
      return;
    }
    Loop home = hub.home(subscription.address());
    String user = PresenceSubscriber.userOf(subscription.session());
    home.post(
        () -> {
          Channel channel = home.channels().get(subscription.channel());
          PresenceSubscriber now = subscription.attendee();
          if (channel != null && now != null) {
            channel.renamed(subscription, now.as(user));
          }
        });
  }

  /** Ends a subscription; returns false when the session has none with that key. */
  boolean unsubscribe(Session session, String key) {
    Subscription subscription = session.forget(key);
    if (subscription == null) {
      return false;
    }
    cancel(subscription);
    return true;
  }

  void cancel(Subscription subscription) {
    boolean here = subscription.hasLanded() && !subscription.isCancelled();
    subscription.cancel();
    if (here) {
      hub.counters().subscriptions(-1);
      forget(subscription);
    }
  }

  /** Will remove it from its channel. */
  void forget(Subscription subscription) {
    Loop home = hub.home(subscription.address());
    home.post(
        () -> {
          Channel channel = home.channels().get(subscription.channel());
          if (channel != null) {
            channel.remove(subscription);
          }
        });
  }
}
