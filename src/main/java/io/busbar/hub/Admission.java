package io.busbar.hub;

import io.busbar.config.Action;
import io.busbar.config.LimitsConfig;
import org.jspecify.annotations.Nullable;

/**
 * Whether a session may do what it asks for now: it is there, within its limits, and the rules let
 * it. Each refusal is counted. To be asked on the session's event loop.
 */
public final class Admission {
  private final LimitsConfig limits;
  private final Counters counters;

  Admission(LimitsConfig limits, Counters counters) {
    this.limits = limits;
    this.counters = counters;
  }

  /** Why the session may not hear the address under that key; null if it may. */
  @Nullable Refusal toSubscribe(Session session, String key, String address) {
    return counted(
        unlessKnown(session, key, toHear(session, address, session.access().toSubscribe(address))));
  }

  /**
   * The same, of somebody who says that of itself.
   *
   * @param info null for nothing
   */
  Refusal toAttend(Session session, String key, String address, @Nullable Payload info) {
    Refusal refusal = toSubscribe(session, key, address);
    return refusal == null ? toBeTold(info) : refusal;
  }

  /**
   * Why others may not be told that of somebody; null if they may.
   *
   * @param info null for nothing
   */
  @Nullable Refusal toBeTold(@Nullable Payload info) {
    if (info == null) {
      return null;
    }
    if (!info.isFinite()) {
      return counted(Refusal.BODY_NOT_ALLOWED);
    }
    return info.json().length > Attendee.MOST_INFO ? counted(Refusal.INFO_TOO_BIG) : null;
  }

  /** Why the session may not ask who is here; null if it may, and that counts. */
  @Nullable Refusal toAskPresence(Session session, String address, Payload payload) {
    Refusal beyond = withinLimits(session, address, payload);
    return counted(beyond == null ? session.access().toSubscribe(address) : beyond);
  }

  /** Why the session may not hear all that the pattern matches under that key; null if it may. */
  @Nullable Refusal toSubscribeAll(Session session, String key, String pattern) {
    return counted(unlessKnown(session, key, toHearAll(session, pattern)));
  }

  /** Why the session may not listen to the address in a way of its protocol's; null if it may. */
  public @Nullable Refusal toListen(Session session, String address) {
    return counted(toHear(session, address, session.access().toSubscribe(address)));
  }

  /** Why the session may not send in a way of its protocol's; null if it may, and that counts. */
  public @Nullable Refusal toSend(Session session, String address, Payload payload) {
    return toTalk(session, Action.SEND, address, payload);
  }

  /**
   * Why the session may not listen to all that match in a way of its protocol's; null if it may.
   */
  public @Nullable Refusal toListenToAll(Session session, String pattern) {
    return counted(toHearAll(session, pattern));
  }

  /** Why the session may not say what it was asked for; no rule is asked, only the limits hold. */
  public Refusal toAnswer(Session session, String address, Payload payload) {
    return counted(withinLimits(session, address, payload));
  }

  /** Why the session may not say this to the address; null if it may, and that counts. */
  @Nullable Refusal toTalk(Session session, Action action, String address, Payload payload) {
    Refusal beyond = withinLimits(session, address, payload);
    return counted(beyond == null ? session.access().toTalk(action, address, payload) : beyond);
  }

  /** The protocol has a rule of its own by which the session may not do what it asks for. */
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

  private Refusal toHearAll(Session session, String pattern) {
    Refusal ruled = session.access().toSubscribeAll(pattern);
    boolean full = ruled == null && session.patternCount() >= limits.patterns();
    return toHear(session, pattern, full ? Refusal.TOO_MANY_PATTERNS : ruled);
  }

  private Refusal toHear(Session session, String address, @Nullable Refusal ruled) {
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

  private static Refusal unlessKnown(Session session, String key, @Nullable Refusal refusal) {
    return refusal == null && session.subscription(key) != null
        ? Refusal.ALREADY_SUBSCRIBED
        : refusal;
  }

  private Refusal counted(@Nullable Refusal refusal) {
    if (refusal != null) {
      counters.refused(refusal);
    }
    return refusal;
  }
}
