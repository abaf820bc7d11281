package io.busbar.hub;

import io.busbar.config.Action;
import io.busbar.config.LimitsConfig;
import org.jspecify.annotations.Nullable;

/**
 * The checks whether a session may do now what it asks for: it is open, within its limits, and
 * allowed by the rules. They count each refusal. Called on the session's event loop.
 */
public final class Admission {
  private final LimitsConfig limits;
  private final Counters counters;

  Admission(LimitsConfig limits, Counters counters) {
    this.limits = limits;
    this.counters = counters;
  }

  /** Returns why the session may not subscribe to the address with that key; null if it may. */
  @Nullable Refusal toSubscribe(Session session, String key, String address) {
    return counted(
        unlessKnown(session, key, toHear(session, address, session.access().toSubscribe(address))));
  }

  /**
   * Returns why the session may not subscribe with information about itself; null if it may.
   *
   * @param info what the client says about itself; null for nothing
   */
  @Nullable Refusal toAttend(Session session, String key, String address, @Nullable Payload info) {
    Refusal refusal = toSubscribe(session, key, address);
    return refusal == null ? toBeTold(info) : refusal;
  }

  /**
   * Returns why others may not get this information about a client; null if they may.
   *
   * @param info what the client says about itself; null for nothing
   */
  @Nullable Refusal toBeTold(@Nullable Payload info) {
    if (info == null) {
      return null;
    }
    if (!info.isFinite()) {
      return counted(Refusal.BODY_NOT_ALLOWED);
    }
    return info.json().length > PresenceSubscriber.MOST_INFO ? counted(Refusal.INFO_TOO_BIG) : null;
  }

  /**
   * Returns why the session may not ask who is present; null if it may. An allowed question counts
   * as a message.
   */
  @Nullable Refusal toAskPresence(Session session, String address, Payload payload) {
    Refusal beyond = withinLimits(session, address, payload);
    return counted(beyond == null ? session.access().toSubscribe(address) : beyond);
  }

  /** Returns why the session may not subscribe to the pattern with that key; null if it may. */
  @Nullable Refusal toSubscribeAll(Session session, String key, String pattern) {
    return counted(unlessKnown(session, key, toHearAll(session, pattern)));
  }

  /**
   * Returns why the session may not listen to the address in a way of its own protocol; null if it
   * may.
   */
  public @Nullable Refusal toListen(Session session, String address) {
    return counted(toHear(session, address, session.access().toSubscribe(address)));
  }

  /**
   * Returns why the session may not send in a way of its own protocol; null if it may. An allowed
   * message is counted.
   */
  public @Nullable Refusal toSend(Session session, String address, Payload payload) {
    return toTalk(session, Action.SEND, address, payload);
  }

  /**
   * Returns why the session may not listen to the pattern in a way of its own protocol; null if it
   * may.
   */
  public @Nullable Refusal toListenToAll(Session session, String pattern) {
    return counted(toHearAll(session, pattern));
  }

  /**
   * Returns why the session may not answer a request; null if it may. Only the limits apply, no
   * rule.
   */
  public @Nullable Refusal toAnswer(Session session, String address, Payload payload) {
    return counted(withinLimits(session, address, payload));
  }

  /**
   * Returns why the session may not talk to the address; null if it may. An allowed message is
   * counted.
   */
  @Nullable Refusal toTalk(Session session, Action action, String address, Payload payload) {
    Refusal beyond = withinLimits(session, address, payload);
    return counted(beyond == null ? session.access().toTalk(action, address, payload) : beyond);
  }

  /** Counts a refusal that comes from a rule of the protocol itself. */
  public void refuse(Refusal why) {
    counted(why);
  }

  private @Nullable Refusal withinLimits(Session session, String address, Payload payload) {
    session.traffic().received();
    if (session.isClosed()) {
      return Refusal.CLOSED;
    }
    if (!session.mayTalk()) {
      return Refusal.TOO_MANY_MESSAGES;
    }
    if (isTooLong(address)) {
      return Refusal.ADDRESS_TOO_LONG;
    }
    return payload.isFinite() ? null : Refusal.BODY_NOT_ALLOWED;
  }

  private @Nullable Refusal toHearAll(Session session, String pattern) {
    Refusal ruled = session.access().toSubscribeAll(pattern);
    boolean full = ruled == null && session.patternCount() >= limits.patterns();
    return toHear(session, pattern, full ? Refusal.TOO_MANY_PATTERNS : ruled);
  }

  private @Nullable Refusal toHear(Session session, String address, @Nullable Refusal ruled) {
    if (session.isClosed()) {
      return Refusal.CLOSED;
    }
    if (session.subscriptionCount() >= limits.subscriptions()) {
      return Refusal.TOO_MANY_SUBSCRIPTIONS;
    }
    return isTooLong(address) ? Refusal.ADDRESS_TOO_LONG : ruled;
  }

  private boolean isTooLong(String address) {
    if (address.length() > limits.addressLength()) {
      return true;
    }
    int words = 1;
    for (int i = 0; i < address.length(); i++) {
      words += address.charAt(i) == '.' ? 1 : 0;
    }
    return words > limits.addressWords();
  }

  private static @Nullable Refusal unlessKnown(
      Session session, String key, @Nullable Refusal refusal) {
    return refusal == null && session.subscription(key) != null
        ? Refusal.ALREADY_SUBSCRIBED
        : refusal;
  }

  private @Nullable Refusal counted(@Nullable Refusal refusal) {
    if (refusal != null) {
      counters.refused(refusal);
    }
    return refusal;
  }
}
