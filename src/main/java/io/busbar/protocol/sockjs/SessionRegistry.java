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
 * Which node has the session of which id, for one endpoint on all nodes: a map of the cluster. An
 * entry is {@code node/number}, and no two that were ever made are the same, so that taking out one
 * cannot hit another. It is there while the session is; a dead node's goes when somebody finds that
 * the node is dead, or after a time. Only who opens a session makes an entry. Any thread may use
 * it.
 */
final class SessionRegistry {
  /** So that a node may be slow, or frozen for a while, and its sessions stay its own. */
  private static final int RENEWALS_A_LIFE = 4;

  private static final long PATIENCE_MILLIS = 10_000;
  private static final AtomicLong NUMBER = new AtomicLong();

  private final AsyncMap<String, String> entries;
  private final String node;
  private final String prefix;
  private final long renewalMillis;

  /** The entries of this node that are in the map or on the way into it. */
  private final Set<String> own = ConcurrentHashMap.newKeySet();

  /** An entry of the map. */
  record Found(String entry) {
    String node() {
      return entry.substring(0, entry.lastIndexOf('/'));
    }
  }

  /**
   * @param prefix the endpoint's path
   * @param renewalMillis how often an entry is written again; left alone it is there four times as
   *     long
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

  /** Who has the session; null for nobody. */
  Future<@Nullable Found> find(String id) {
    return bounded(entries.get(prefix + id)).map(SessionRegistry::found);
  }

  /**
   * Makes this node the one that has the session.
   *
   * @param taken takes the claim; it has to be released
   * @return who has it already; null when it is this node now
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

  /** Whether there is, or will be, a session to this entry of this node; takes out a left-over. */
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

  /** Will take out what was found to be of no use. */
  Future<Void> drop(String id, Found found) {
    return bounded(entries.removeIfPresent(prefix + id, found.entry())).otherwiseEmpty().mapEmpty();
  }

  void release(String id, String entry) {
    entries.removeIfPresent(prefix + id, entry).onComplete(removed -> own.remove(entry));
  }

  /** Will say whether the session is this node's for another while. */
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
