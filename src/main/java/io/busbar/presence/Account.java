package io.busbar.presence;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The reports of one node to the owner of a channel. Owned by the channel's event loop. */
final class Account {
  private Map<String, UserReport> users = new HashMap<>();

  /** The users of an account that has begun and not ended; null for none. */
  private @Nullable Map<String, UserReport> begun;

  private long account;
  private long number;
  private boolean whole;
  private long receivedMillis = System.currentTimeMillis();

  /** Whether the node has reported all that it has. */
  boolean isWhole() {
    return whole;
  }

  /** The number of the account; 0 for none. */
  long number() {
    return account;
  }

  /** When the node last reported, in milliseconds since 1970. */
  long receivedMillis() {
    return receivedMillis;
  }

  @Nullable UserReport of(String user) {
    return users.get(user);
  }

  Set<String> users() {
    return users.keySet();
  }

  /** Whether the report is the next one expected from the node. */
  boolean follows(Report report) {
    return report.begins()
        ? report.account() > account
        : report.account() == account && report.number() == number + 1;
  }

  /** Takes in a report that follows. Returns the users that may have changed. */
  Set<String> take(Report report) {
    receivedMillis = System.currentTimeMillis();
    account = report.account();
    number = report.number();
    if (report.begins()) {
      begun = new HashMap<>();
    }
    Map<String, UserReport> next = begun;
    Map<String, UserReport> into = next == null ? users : next;
    Set<String> touched = new HashSet<>();
    for (UserReport each : report.users()) {
      if (each.isHere()) {
        into.put(each.user(), each);
      } else {
        into.remove(each.user());
      }
      touched.add(each.user());
    }
    if (next == null) {
      return touched;
    }
    return report.ends() ? end(next) : Set.of();
  }

  private Set<String> end(Map<String, UserReport> next) {
    Set<String> touched = new HashSet<>(users.keySet());
    touched.addAll(next.keySet());
    users = next;
    begun = null;
    whole = true;
    return touched;
  }

  /** The node has no users now. Returns the users that it had. */
  Set<String> nobody() {
    Set<String> touched = users.keySet();
    users = new HashMap<>();
    begun = null;
    whole = true;
    return touched;
  }
}
