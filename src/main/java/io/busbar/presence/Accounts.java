package io.busbar.presence;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The reports of all nodes to the owner of a channel. Owned by the channel's event loop. */
final class Accounts {
  /** After this time without a presence service, a node counts as having no users. */
  private static final long NO_SERVICE_MILLIS = 10_000;

  private final String channel;
  private final Presence presence;
  private final Map<String, Account> byNode = new HashMap<>();

  /** Nodes without a presence service, and since when. */
  private final Map<String, Long> unserved = new HashMap<>();

  Accounts(String channel, Presence presence) {
    this.channel = channel;
    this.presence = presence;
  }

  /**
   * Takes in a report. Returns the users that may have changed. Null means that the node must begin
   * a new account.
   */
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
   * A node says that it has no users. Returns the users that it had.
   *
   * @param asked when it was asked; a report that came later counts more
   */
  Set<String> nobody(String node, long asked) {
    Account account = byNode.computeIfAbsent(node, name -> new Account());
    boolean counts = account.number() == 0 || account.receivedMillis() < asked;
    return counts ? account.nobody() : Set.of();
  }

  /** Whether the node has had no presence service for a while. */
  boolean hasNoService(String node) {
    Account account = byNode.get(node);
    if (account != null && account.isWhole()) {
      return false;
    }
    long now = System.currentTimeMillis();
    return now - unserved.computeIfAbsent(node, name -> now) > NO_SERVICE_MILLIS;
  }

  /** Removes the nodes that are gone. Returns the users that they had. */
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

  /** The report of the user's newest session; null if it has none. */
  @Nullable UserReport newest(String user) {
    UserReport newest = null;
    for (Account account : byNode.values()) {
      UserReport userReport = account.of(user);
      if (userReport != null && (newest == null || userReport.since() > newest.since())) {
        newest = userReport;
      }
    }
    return newest;
  }

  /** The number of the user's sessions on all nodes. */
  int sessions(String user) {
    int sessions = 0;
    for (Account account : byNode.values()) {
      UserReport userReport = account.of(user);
      sessions += userReport == null ? 0 : userReport.sessions();
    }
    return sessions;
  }

  /** Whether every node of the cluster has reported all that it has. */
  boolean areWhole() {
    for (String node : presence.owners().nodes()) {
      Account account = byNode.get(node);
      if (account == null || !account.isWhole()) {
        return false;
      }
    }
    return true;
  }

  /** Asks the nodes that have not reported everything yet. */
  void ask() {
    for (String node : presence.owners().nodes()) {
      Account account = byNode.get(node);
      if (account == null || !account.isWhole()) {
        presence.nodes().ask(node, channel, account == null ? 0 : account.number());
      }
    }
  }

  /** Asks the nodes that have reported users whether this is still true. */
  void audit() {
    byNode.forEach(
        (node, account) -> {
          if (!account.users().isEmpty()) {
            presence.nodes().ask(node, channel, account.number());
          }
        });
  }
}
