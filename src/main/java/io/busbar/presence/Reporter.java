package io.busbar.presence;

import io.busbar.cluster.OwnerCalls;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reports the users of this node to the owner of a channel: first all of them, then the changes.
 * Only one report is open at a time, and changes gather meanwhile. After any failure it begins
 * again. Owned by the channel's event loop.
 */
final class Reporter {
  private static final int MOST_USERS = 500;
  private static final int MOST_BYTES = 256 << 10;
  private static final long AGAIN_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 1_000;

  /** The time in which changes gather, so many arrivals need few reports. */
  private static final long GATHER_MILLIS = 20;

  private final String channel;
  private final Presence presence;
  private final Context loop;
  private final LocalChannel here;
  private final Runnable whenIdle;
  private final Set<String> changed = new LinkedHashSet<>();
  private final Queue<String> unreported = new ArrayDeque<>();

  /** The node that gets the account; null for none. */
  private @Nullable String owner;

  private long account;
  private long number;

  /** Whether all users at the beginning of the account have been reported. */
  private boolean reported;

  private boolean busy;
  private long pause = AGAIN_MILLIS;

  /**
   * @param whenIdle called when the owner knows everything
   */
  Reporter(String channel, Presence presence, Context loop, LocalChannel here, Runnable whenIdle) {
    this.channel = channel;
    this.presence = presence;
    this.loop = loop;
    this.here = here;
    this.whenIdle = whenIdle;
  }

  void changed(String user) {
    changed.add(user);
    reportUnlessBusy();
  }

  /** Will report everything again, unless the owner has followed that account so far. */
  void reportAll(long known) {
    if (known != account || owner == null) {
      if (reported) {
        owner = null;
      }
      reportUnlessBusy();
    }
  }

  /** Will report everything to the owner of the channel, if that has changed. */
  void ownersChanged() {
    reportUnlessBusy();
  }

  private void reportUnlessBusy() {
    if (!busy) {
      tell();
    }
  }

  private void tell() {
    String now = presence.owners().of(channel);
    if (now == null) {
      later(AGAIN_MILLIS);
      return;
    }
    if (!now.equals(owner)) {
      begin(now);
    } else if (reported && changed.isEmpty()) {
      whenIdle.run();
      return;
    }
    busy = true;
    Report report = next();
    presence
        .nodes()
        .tell(now, report)
        .onComplete(result -> loop.runOnContext(nothing -> answered(report, result)));
  }

  private void begin(String to) {
    owner = to;
    account = presence.nextAccount();
    number = 0;
    reported = false;
    changed.clear();
    unreported.clear();
    unreported.addAll(here.users());
  }

  private Report next() {
    List<UserReport> users = new ArrayList<>();
    int bytes = 0;
    Queue<String> names = reported ? new ArrayDeque<>(changed) : unreported;
    while (!names.isEmpty() && users.size() < MOST_USERS && bytes < MOST_BYTES) {
      String user = names.remove();
      changed.remove(user);
      UserReport state = here.tell(user);
      users.add(state);
      bytes += state.size();
    }
    reported |= unreported.isEmpty();
    return new Report(channel, presence.owners().here(), account, number++, reported, users);
  }

  private void answered(Report report, AsyncResult<Void> result) {
    busy = false;
    if (result.succeeded()) {
      pause = AGAIN_MILLIS;
      if (reported && owner != null && !changed.isEmpty()) {
        later(GATHER_MILLIS);
      } else {
        tell();
      }
      return;
    }
    owner = null;
    boolean forgotten = OwnerCalls.code(result.cause()) == OwnerCalls.UNKNOWN && !report.begins();
    if (forgotten) {
      tell();
    } else {
      later(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
    }
  }

  private void later(long millis) {
    busy = true;
    loop.owner()
        .setTimer(
            millis,
            timer ->
                loop.runOnContext(
                    nothing -> {
                      busy = false;
                      tell();
                    }));
  }
}
