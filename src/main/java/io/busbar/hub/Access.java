package io.busbar.hub;

import io.busbar.config.Action;
import io.busbar.config.Permission;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The permissions of one client: the rules that can decide for it, in their order. All clients that
 * are not logged in share one object. Immutable.
 */
public final class Access {
  private static final String OURS = "busbar.";
  private static final String REPLIES = "__vertx.";

  /**
   * A rule with the client's name in its address, and its place in the list.
   *
   * @param keptFromAll whether the rule refuses an address that no client may listen to; listeners
   *     to patterns do not hear it either
   */
  record Rule(
      int index,
      AddressPattern address,
      Permission rule,
      @Nullable JsonObject match,
      boolean keptFromAll) {
    private boolean decides(Action action, String to) {
      return rule.names(action) && reaches(action, to) && address.matches(to);
    }

    /** The gateway's own addresses are not for clients, even where a wide pattern matches them. */
    private boolean reaches(Action action, String to) {
      boolean named = action == Action.SUBSCRIBE && rule.address().startsWith(OURS);
      return !to.startsWith(REPLIES) && (!to.startsWith(OURS) || named);
    }

    /**
     * Returns whether the rule names presence addresses, and does not only match them as a wide
     * pattern.
     */
    private boolean isOfPresence() {
      return rule.address().startsWith(PresenceChannels.PREFIX);
    }

    private boolean allows(Action action) {
      return rule.allows(action);
    }

    private String words(Action action) {
      String verdict = allows(action) ? "allowed" : "refused";
      return verdict + " by permissions[" + index + "] " + rule.address();
    }

    /**
     * Returns whether the rule allows all that the pattern matches, or refuses a part that others
     * hear.
     */
    private boolean decidesAll(AddressPattern pattern) {
      return rule.names(Action.SUBSCRIBE)
          && (allows(Action.SUBSCRIBE) || keptFromAll
              ? address.covers(pattern.toString())
              : address.overlaps(pattern));
    }
  }

  private final List<Rule> rules;
  private final List<Rule> ofUsers;
  private final PresenceChannels presence;
  private final WorkerAddresses workers;
  private final Principal who;

  Access(
      List<Rule> rules,
      List<Rule> ofUsers,
      PresenceChannels presence,
      WorkerAddresses workers,
      Principal who) {
    this.workers = workers;
    this.who = who;
    this.rules = rules;
    this.ofUsers = ofUsers;
    this.presence = presence;
  }

  /** Returns why the client may not listen to the address; null if it may. */
  @Nullable Refusal toSubscribe(String address) {
    String channel = presence.channelOf(address);
    if (channel == null) {
      return decide(Action.SUBSCRIBE, address, null);
    }
    Rule own = ruleOfPresence(address);
    if (own == null) {
      return decide(Action.SUBSCRIBE, channel, null);
    }
    return own.allows(Action.SUBSCRIBE) ? null : Refusal.REJECTED;
  }

  /**
   * Returns the presence rule that decides about the address; null where the channel's own rules
   * decide.
   */
  private @Nullable Rule ruleOfPresence(String address) {
    for (Rule rule : rules) {
      if (rule.isOfPresence() && rule.decides(Action.SUBSCRIBE, address)) {
        return rule;
      }
    }
    return null;
  }

  /**
   * Returns why the client may not talk to the address; null if it may. Only the gateway itself may
   * talk to presence addresses.
   */
  @Nullable Refusal toTalk(Action action, String address, Payload payload) {
    return presence.channelOf(address) == null
        ? decide(action, address, payload)
        : Refusal.ACCESS_DENIED;
  }

  private @Nullable Refusal decide(Action action, String address, @Nullable Payload payload) {
    String role = action == Action.SUBSCRIBE ? workers.roleOf(address) : null;
    if (role != null) {
      return toWork(role);
    }
    for (Rule rule : rules) {
      if (rule.decides(action, address) && StructureMatch.fits(rule.match(), payload)) {
        return rule.allows(action) ? null : Refusal.REJECTED;
      }
    }
    return refusal(action, address);
  }

  /**
   * Where workers need a role, only a client with that role may subscribe, whatever the rules say.
   */
  private @Nullable Refusal toWork(String role) {
    if (who.roles().contains(role)) {
      return null;
    }
    return who.isSomebody() ? Refusal.REJECTED : Refusal.NOT_LOGGED_IN;
  }

  /** Tells a client that is not logged in whether a login could help. */
  private Refusal refusal(Action action, String address) {
    for (Rule rule : ofUsers) {
      if (rule.allows(action) && rule.decides(action, address)) {
        return Refusal.NOT_LOGGED_IN;
      }
    }
    return Refusal.ACCESS_DENIED;
  }

  /**
   * Returns why the client may not listen to all that the pattern matches; null if it may. It may
   * when one rule allows all of it and no earlier rule refuses a part. Addresses that no client may
   * listen to are left out of what it hears.
   */
  @Nullable Refusal toSubscribeAll(String pattern) {
    String role = workers.roleOf(pattern);
    if (role != null) {
      return toWork(role);
    }
    AddressPattern all = AddressPattern.of(pattern);
    for (Rule rule : rules) {
      if (rule.decidesAll(all)) {
        return rule.allows(Action.SUBSCRIBE) ? null : Refusal.REJECTED;
      }
    }
    for (Rule rule : ofUsers) {
      if (rule.allows(Action.SUBSCRIBE) && rule.address().covers(pattern)) {
        return Refusal.NOT_LOGGED_IN;
      }
    }
    return Refusal.ACCESS_DENIED;
  }

  /** Returns which rules decide, in words for the operator: {@code allowed by permissions[0]}. */
  public String explain(Action action, String address) {
    String channel = presence.channelOf(address);
    if (channel == null) {
      return explainRules(action, address);
    }
    if (action != Action.SUBSCRIBE) {
      return "refused: the gateway alone tells presence; to ask takes the right to subscribe";
    }
    Rule own = ruleOfPresence(address);
    return own == null ? explainRules(action, channel) : own.words(action);
  }

  private String explainRules(Action action, String address) {
    String role = action == Action.SUBSCRIBE ? workers.roleOf(address) : null;
    if (role != null) {
      String verdict = toWork(role) == null ? "allowed" : "refused";
      return verdict + " by " + workers.name(address) + " (role " + role + ")";
    }
    List<String> words = new ArrayList<>();
    for (Rule rule : rules) {
      boolean decides =
          action == Action.SUBSCRIBE && AddressPattern.isPattern(address)
              ? rule.decidesAll(AddressPattern.of(address))
              : rule.decides(action, address);
      if (decides) {
        String by = rule.words(action);
        if (rule.match() == null) {
          words.add(by);
          return String.join(", else ", words);
        }
        words.add(by + " where the message has " + rule.match().encode());
      }
    }
    words.add("refused: no rule decides");
    return String.join(", else ", words);
  }
}
