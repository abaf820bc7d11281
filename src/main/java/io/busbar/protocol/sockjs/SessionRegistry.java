package io.busbar.protocol.sockjs;

import io.vertx.core.Future;
import io.vertx.core.shareddata.AsyncMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The map of the cluster from session ids of one endpoint to nodes. An entry is {@code node/number}
 * and never repeats, so its removal cannot affect a newer one.
 *
 * <p>An entry exists as long as its session. The entry of a dead node is removed when somebody
 * finds the node dead, or after a time. Only a node that opens a session adds an entry. Any thread
 * may use it.
 */
final class SessionRegistry {
  /** Renewals within the lifetime of an entry, so that a slow or frozen node keeps its sessions. */
  private static final int RENEWALS_A_LIFE = 4;

  private static final long PATIENCE_MILLIS = 10_000;
  private static final AtomicLong NUMBER = new AtomicLong();

  private final AsyncMap<String, String> entries;
  private final String node;
  private final String prefix;
  private final long renewalMillis;

  /** The entries of this node that are in the map or being added. */
  private final Set<String> own = ConcurrentHashMap.newKeySet();

  /** An entry of the map. */
  record Found(String entry) {
    String node() {
      return entry.substring(0, entry.lastIndexOf('/'));
    }
  }

  /**
   * @param prefix the endpoint's path
   * @param renewalMillis interval of renewals in milliseconds; an entry expires after four
   *     intervals
   */
  SessionRegistry(
      AsyncMap<String, String> entries, String node, String prefix, long renewalMillis) {
    this.entries = entries;
    this.node = node;
    this.prefix = prefix + "/";
    this.renewalMillis = renewalMillis;
  }

  long renewalMillis() {
    return renewalMillis;
  }

  private long lifeMillis() {
    return RENEWALS_A_LIFE * renewalMillis;
  }

  /** Will return the entry of the session; null for none. */
  Future<@Nullable Found> find(String id) {
    return bounded(entries.get(prefix + id)).map(SessionRegistry::found);
  }

  /**
   * Will register the session on this node.
   *
   * @param taken is given the registration, which it must release
   * @return the entry of another node that has the session; null when this node has it now
   */
  Future<@Nullable Found> take(String id, Consumer<SessionRegistration> taken) {
    String entry = node + "/" + NUMBER.incrementAndGet();
    own.add(entry);
    return bounded(entries.putIfAbsent(prefix + id, entry, lifeMillis()))
        .map(SessionRegistry::found)
        .onSuccess(
            other -> {
              if (other == null) {
                taken.accept(new SessionRegistration(this, id, entry));
              } else {
                own.remove(entry);
              }
            })
        .onFailure(unknown -> release(id, entry));
  }

  private static @Nullable Found found(@Nullable String entry) {
    return entry == null ? null : new Found(entry);
  }

  /** Returns whether this node has the session or is opening it. Removes a stale entry. */
  boolean isLiveOrDropped(String id, Found found) {
    boolean live = own.contains(found.entry());
    if (!live) {
      drop(id, found);
    }
    return live;
  }

  boolean isHere(Found found) {
    return found.node().equals(node);
  }

  /** Will remove a stale entry. */
  Future<Void> drop(String id, Found found) {
    return bounded(entries.removeIfPresent(prefix + id, found.entry())).otherwiseEmpty().mapEmpty();
  }

  void release(String id, String entry) {
    entries.removeIfPresent(prefix + id, entry).onComplete(removed -> own.remove(entry));
  }

  /** Will return whether the registration is still this node's, and renew it. */
  Future<Boolean> renew(String id, String entry) {
    String key = prefix + id;
    return entries
        .get(key)
        .compose(
            there -> {
              if (there == null) {
                return entries
                    .putIfAbsent(key, entry, lifeMillis())
                    .map(other -> other == null || other.equals(entry));
              }
              return there.equals(entry)
                  ? entries.put(key, entry, lifeMillis()).map(true)
                  : Future.succeededFuture(false);
            });
  }

  private static <T> Future<T> bounded(Future<T> asked) {
    return asked.timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }
}
