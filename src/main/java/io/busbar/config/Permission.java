package io.busbar.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rule of access. It decides about a client's action when {@code allow} or {@code deny} names the
 * action and all other conditions fit. The first rule that decides counts.
 *
 * @param address address or pattern: words between dots, {@code *} for one word, {@code #} for any
 *     number of words, {@code {user}} for the name of the logged-in user
 * @param allow allowed actions; null for none
 * @param deny refused actions; null for none
 * @param user only for this user; null for all
 * @param role only for users with this role; null for all
 * @param authenticated true only for logged-in clients, false only for others; null for both
 * @param protocol only for clients of this protocol: bridge, tcp-bridge, stomp; null for all
 * @param match only for messages whose JSON object has at least these members
 */
public record Permission(
    String address,
    @MayBeAbsent @Nullable List<Action> allow,
    @MayBeAbsent @Nullable List<Action> deny,
    @MayBeAbsent @Nullable String user,
    @MayBeAbsent @Nullable String role,
    @MayBeAbsent @Nullable Boolean authenticated,
    @MayBeAbsent @Nullable String protocol,
    @MayBeAbsent @Nullable Map<String, Object> match) {
  /** The placeholder for the name of the logged-in user. */
  public static final String USER = "{user}";

  public Permission {
    Checks.require(allow != null || deny != null, "allow", "is missing");
    Checks.text("address", address);
    allow = allow == null ? null : List.copyOf(allow);
    deny = deny == null ? null : List.copyOf(deny);
    boolean both = allow != null && deny != null && deny.stream().anyMatch(allow::contains);
    Checks.require(!both, "deny", "names an action that allow names, too");
    boolean listens = has(allow, Action.SUBSCRIBE) || has(deny, Action.SUBSCRIBE);
    Checks.require(match == null || !listens, "match", "is about messages: not with subscribe");
    boolean nobody = Boolean.FALSE.equals(authenticated);
    boolean somebody = user != null || role != null || address.contains(USER);
    Checks.require(!nobody || !somebody, "authenticated", "must not be false beside a user");
  }

  /** Returns whether it is for all clients. */
  public boolean isForAll() {
    return user == null
        && role == null
        && authenticated == null
        && protocol == null
        && !address.contains(USER);
  }

  private static boolean has(@Nullable List<Action> actions, Action action) {
    return actions != null && actions.contains(action);
  }

  /** Returns whether it names the action. */
  public boolean names(Action action) {
    return has(allow, action) || has(deny, action);
  }

  /** Returns whether it allows the action. */
  public boolean allows(Action action) {
    return has(allow, action);
  }

  public static Permission of(String address, Action... allow) {
    return new Permission(address, List.of(allow), null, null, null, null, null, null);
  }

  static Permission none(String address) {
    List<Action> all = List.of(Action.values());
    return new Permission(address, null, all, null, null, null, null, null);
  }

  /** Returns the permissions for the features in the jar and for public.*. */
  static List<Permission> shipped() {
    return List.of(
        of("public.*", Action.SUBSCRIBE, Action.PUBLISH, Action.SEND),
        of("echo", Action.SEND),
        of("chat.room", Action.SUBSCRIBE),
        of("chat.say", Action.PUBLISH, Action.SEND),
        none("stocks.work"),
        none("stocks.result"),
        of("stocks.*", Action.SUBSCRIBE),
        of("topics.#", Action.SUBSCRIBE),
        of("topics.node.relay.*.set", Action.PUBLISH),
        of("busbar.stats", Action.SUBSCRIBE));
  }
}
