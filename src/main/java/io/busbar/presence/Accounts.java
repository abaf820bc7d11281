package io.busbar.presence;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all nodes have told the owner of a channel. Owned by the channel's event loop. */
final class Accounts {
  /** Then a node that has no such service, or is about to start, has nobody. */
  private static final long NO_SERVICE_MILLIS = 10_000;

  private final String channel;
  private final Presence presence;
  private final Map<String, Account> byNode = new HashMap<>();

  /** Nodes where nobody speaks of presence, and since when. */
  private final Map<String, Long> unserved = new HashMap<>();

  Accounts(String channel, Presence presence) {
    this.channel = channel;
    this.presence = presence;
  }

  /** Takes in what a node tells; returns who is not as before, null where it has to begin again. */
  @Nullable Set<String> take(Report report) {
    String node = report.node();
    Account account = byNode.get(node);
    boolean follows = account == null ? report.begins() : account.follows(report);
    if (!follows || !presence.owners().nodes().contains(node)) {
      return null;
    }
    unserved.remove(node);
    return byNode.computeIfAbsent(node, name -> new Account()).take(report);
  }

  /**
   * A node says that it has nobody; returns who was there.
   *
   * @param asked when it was asked; what it told later counts
   */
  Set<String> nobody(String node, long asked) {
    Account account = byNode.computeIfAbsent(node, name -> new Account());
    boolean counts = account.number() == 0 || account.heardMillis() < asked;
    return counts ? account.nobody() : Set.of();
  }

  /** Whether nobody at that node speaks of presence, and has not for a while. */
  boolean hasNoService(String node) {
    Account account = byNode.get(node);
    if (account != null && account.isWhole()) {
      return false;
    }
    long now = System.currentTimeMillis();
    return now - unserved.computeIfAbsent(node, name -> now) > NO_SERVICE_MILLIS;
  }

  /** Forgets nodes that are gone; returns who was there. */
  Set<String> forgetGone() {
    Set<String> nodes = presence.owners().nodes();
    Set<String> users = new HashSet<>();
    byNode
        .entrySet()
        .removeIf(
            each -> {
              boolean gone = !nodes.contains(each.getKey());
              if (gone) {
                unserved.remove(each.getKey());
                users.addAll(each.getValue().users());
              }
              return gone;
            });
    return users;
  }

  /** How the user is where its newest session is; null where it has none. */
  @Nullable UserReport newest(String user) {
    UserReport newest = null;
    for (Account account : byNode.values()) {
      UserReport told = account.of(user);
      if (told != null && (newest == null || told.since() > newest.since())) {
        newest = told;
      }
    }
    return newest;
  }

  /** How many sessions the user has on all nodes. */
  int sessions(String user) {
    int sessions = 0;
    for (Account account : byNode.values()) {
      UserReport told = account.of(user);
      sessions += told == null ? 0 : told.sessions();
    }
    return sessions;
  }

  /** Whether each node that there is has told all that it has. */
  boolean areWhole() {
    for (String node : presence.owners().nodes()) {
      Account account = byNode.get(node);
      if (account == null || !account.isWhole()) {
        return false;
      }
    }
    return true;
  }

  /** Asks those who have not told yet. */
  void ask() {
    for (String node : presence.owners().nodes()) {
      Account account = byNode.get(node);
      if (account == null || !account.isWhole()) {
        presence.nodes().ask(node, channel, account == null ? 0 : account.number());
      }
    }
  }

  /** Asks those who have told of people whether it is still so. */
  void audit() {
    byNode.forEach(
        (node, account) -> {
          if (!account.users().isEmpty()) {
            presence.nodes().ask(node, channel, account.number());
          }
        });
  }
}
