package io.busbar.hub;

import io.busbar.config.Action;
import io.busbar.config.Permission;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules for what clients may do with addresses. The first rule that decides counts; without one
 * the answer is no. Any thread may use it.
 */
public final class Permissions {
  private static final int MOST_PROTOCOLS = 100;

  private final List<Permission> rules;

  /** Patterns of addresses that no client may listen to, by the index of their rule. */
  private final Map<Integer, AddressPattern> keptFromAll;

  private final PresenceChannels presence;
  private final WorkerAddresses workers;
  private final Map<String, Access> nobodys = new ConcurrentHashMap<>();

  /** Creates the rules for channels without presence. */
  public Permissions(List<Permission> rules) {
    this(rules, PresenceChannels.NONE, WorkerAddresses.NONE);
  }

  /**
   * @param presence channels with presence; a client that may listen to one may also hear and ask
   *     who is there
   * @param workers addresses with workers; where they need a role, only clients with it may listen
   */
  public Permissions(List<Permission> rules, PresenceChannels presence, WorkerAddresses workers) {
    this.workers = workers;
    this.presence = presence;
    this.rules = List.copyOf(rules);
    this.keptFromAll = keptFromAll(this.rules);
  }

  /** Returns the rules that refuse all clients and that no earlier rule allows in part. */
  private static Map<Integer, AddressPattern> keptFromAll(List<Permission> rules) {
    Map<Integer, AddressPattern> kept = new HashMap<>();
    List<AddressPattern> allowed = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      Permission rule = rules.get(i);
      if (!rule.names(Action.SUBSCRIBE)) {
        continue;
      }
      if (rule.allows(Action.SUBSCRIBE)) {
        allowed.add(AddressPattern.of(anyUser(rule.address())));
        continue;
      }
      AddressPattern address = AddressPattern.of(anyUser(rule.address()));
      if (rule.isForAll() && allowed.stream().noneMatch(address::overlaps)) {
        kept.put(i, address);
      }
    }
    return Map.copyOf(kept);
  }

  /**
   * Returns whether no client may listen to the address, so that patterns do not hear it. Patterns
   * never hear presence.
   */
  boolean keepFromAll(String address) {
    if (presence.channelOf(address) != null || workers.roleOf(address) != null) {
      return true;
    }
    for (AddressPattern pattern : keptFromAll.values()) {
      if (pattern.matches(address)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the rules that can decide for this client, with its name filled in. */
  public Access of(Principal who, String protocol) {
    if (who.isSomebody() || nobodys.size() >= MOST_PROTOCOLS) {
      return access(who, protocol);
    }
    return nobodys.computeIfAbsent(protocol, name -> access(Principal.NOBODY, name));
  }

  private Access access(Principal who, String protocol) {
    List<Access.Rule> theirs = new ArrayList<>();
    List<Access.Rule> others = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      Permission rule = rules.get(i);
      if (rule.protocol() != null && !rule.protocol().equals(protocol)) {
        continue;
      }
      if (isFor(rule, who)) {
        theirs.add(rule(i, rule, who.name()));
      } else if (!who.isSomebody()) {
        others.add(rule(i, rule, null));
      }
    }
    return new Access(List.copyOf(theirs), List.copyOf(others), presence, workers, who);
  }

  private static boolean isFor(Permission rule, Principal who) {
    boolean named = rule.user() == null || rule.user().equals(who.name());
    boolean plays = rule.role() == null || who.roles().contains(rule.role());
    boolean known = rule.authenticated() == null || rule.authenticated() == who.isSomebody();
    boolean fills = who.isSomebody() || !rule.address().contains(Permission.USER);
    return named && plays && known && fills;
  }

  private Access.Rule rule(int index, Permission rule, @Nullable String user) {
    String address = rule.address();
    if (address.contains(Permission.USER)) {
      address = user == null ? anyUser(address) : address.replace(Permission.USER, word(user));
    }
    JsonObject match = rule.match() == null ? null : new JsonObject(rule.match());
    return new Access.Rule(
        index, AddressPattern.of(address), rule, match, keptFromAll.containsKey(index));
  }

  private static String anyUser(String address) {
    List<String> words = new ArrayList<>();
    for (String word : address.split("\\.", -1)) {
      words.add(word.contains(Permission.USER) ? "*" : word);
    }
    return String.join(".", words);
  }

  /**
   * Returns a user's name as one word of an address without wildcards: {@code a.b} is {@code
   * a%2Eb}.
   */
  public static String word(String user) {
    return user.replace("%", "%25").replace(".", "%2E").replace("*", "%2A").replace("#", "%23");
  }

  /** Returns the name of the action for people: {@code publish}. */
  public static String word(Action action) {
    return action.name().toLowerCase(java.util.Locale.ROOT);
  }
}
