package io.busbar.presence;

import io.busbar.cluster.OwnerCalls;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The users of a channel that this node owns: what each node has reported, and what was announced.
 * A join is announced as soon as the owner has loaded the announced users. A leave is announced
 * after a grace period, and only when all nodes have reported. Owned by the channel's event loop.
 */
final class OwnedChannel {
  private static final System.Logger LOG = System.getLogger("io.busbar.presence");
  private static final long AGAIN_MILLIS = 1_000;
  private static final long WRITES_MILLIS = 20;

  /** The longest time that a caller of a new owner waits until all nodes have reported. */
  private static final long PATIENCE_MILLIS = 2_000;

  private static final int MOST_WAITING = 1_000;

  private final String name;
  private final Presence presence;
  private final Context loop;
  private final Announced announced;
  private final Announcements announcements;

  /** The announcements of the channel that this one replaces; null for none. */
  private final @Nullable Announcements before;

  private final Accounts accounts;
  private final MemberPage page;
  private final Map<String, Member> members = new HashMap<>();

  /** The users that were announced, so a list fits the events that follow it. */
  private final TreeMap<String, Member> announcedUsers = new TreeMap<>();

  private final Digest ofTold = new Digest();
  private volatile @Nullable String digest;

  /** The users that will leave, and when, in milliseconds since 1970; the earliest first. */
  private final Map<String, Long> leaving = new LinkedHashMap<>();

  private final List<Promise<Void>> waiting = new ArrayList<>();
  private final long openedMillis = System.currentTimeMillis();
  private long receivedMillis = openedMillis;
  private int announcedCount;
  private boolean loaded;
  private boolean timing;
  private boolean closed;

  /**
   * @param before the channel that this one replaces on this node; null for none
   */
  OwnedChannel(String name, Presence presence, Context loop, @Nullable OwnedChannel before) {
    this.name = name;
    this.presence = presence;
    this.loop = loop;
    this.accounts = new Accounts(name, presence);
    this.page = new MemberPage(accounts::sessions);
    this.announced = presence.store().of(name);
    this.before = before == null ? null : before.announcements;
    this.announcements = new Announcements(name, presence, loop, announced, this::announcedUsers);
  }

  String name() {
    return name;
  }

  /** Will complete when all its decisions are announced. */
  Future<Void> whenIdle() {
    return announcements.whenIdle();
  }

  boolean tellsBy(Announcements other) {
    return announcements == other;
  }

  long openedMillis() {
    return openedMillis;
  }

  /** Will load the announced users when the owner before knows that it has lost the channel. */
  void open() {
    accounts.ask();
    later(
        Math.max(presence.owners().settlesIn(name), presence.standstill().holdsFor()), this::load);
  }

  private void load() {
    if (closed) {
      return;
    }
    long holds = presence.standstill().holdsFor();
    boolean writes = before != null && !before.isIdle();
    if (holds > 0 || writes) {
      later(Math.max(holds, WRITES_MILLIS), this::load);
      return;
    }
    announced
        .load()
        .onComplete(
            result ->
                loop.runOnContext(
                    nothing -> {
                      if (closed) {
                        return;
                      }
                      if (result.succeeded()) {
                        loaded(result.result());
                      } else {
                        presence.failed("who was in {0} is not read: {1}", name, result.cause());
                        later(AGAIN_MILLIS, this::load);
                      }
                    }));
  }

  private void loaded(Map<String, String> users) {
    loaded = true;
    LOG.log(System.Logger.Level.DEBUG, "{0} is owned; {1} were told to be in it", name, users);
    users.forEach(
        (user, info) -> {
          Member member = members.computeIfAbsent(user, Member::new);
          member.announced(true);
          announcedUsers.put(user, member);
          ofTold.add(user);
          count(1);
          if (!member.isHere()) {
            member.info(info);
            leaving.put(user, System.currentTimeMillis() + presence.graceMillis());
          }
        });
    digest = ofTold.toString();
    members.values().stream().filter(each -> !each.isAnnounced()).toList().forEach(this::join);
    time();
    answerIfReady();
  }

  private void announcedUsers(String user, boolean joined) {
    if (joined) {
      if (announcedUsers.put(user, members.getOrDefault(user, new Member(user))) == null) {
        ofTold.add(user);
      }
    } else if (announcedUsers.remove(user) != null) {
      ofTold.remove(user);
    }
    digest = ofTold.toString();
  }

  private void count(int change) {
    announcedCount += change;
    countMembers(change);
  }

  private void countMembers(int change) {
    if (presence.hasMembers(name)) {
      presence.counters().members(change);
    }
  }

  /** Takes in a node's report. */
  Future<Void> tell(Report report) {
    Set<String> touched = accounts.take(report);
    if (touched == null) {
      return OwnerCalls.failed(OwnerCalls.UNKNOWN, "this account is not known here");
    }
    receivedMillis = System.currentTimeMillis();
    refresh(touched);
    return Future.succeededFuture();
  }

  /**
   * A node says that it has no users.
   *
   * @param asked when it was asked; a report that came later counts more
   */
  void nobody(String node, long asked) {
    refresh(accounts.nobody(node, asked));
  }

  /** The node has no presence service. */
  void noService(String node) {
    if (accounts.hasNoService(node)) {
      nobody(node, System.currentTimeMillis());
    }
  }

  private void refresh(Set<String> users) {
    users.forEach(this::refresh);
    time();
    answerIfReady();
  }

  /** Updates a user from the reports of all nodes. */
  private void refresh(String user) {
    UserReport newest = accounts.newest(user);
    Member member = members.get(user);
    if (newest != null) {
      member = member == null ? new Member(user) : member;
      members.put(user, member);
      member.here(true);
      member.info(newest.info());
      leaving.remove(user);
      if (loaded && !member.isAnnounced() && presence.standstill().holdsFor() <= 0) {
        join(member);
      }
    } else if (member != null && member.isHere()) {
      member.here(false);
      if (member.isAnnounced()) {
        leaving.put(user, System.currentTimeMillis() + presence.graceMillis());
      } else {
        members.remove(user);
      }
    }
  }

  private void join(Member member) {
    member.announced(true);
    count(1);
    announcements.join(member.user(), member.info(), announcedCount == 1);
  }

  private void time() {
    if (!timing && !closed && loaded && !leaving.isEmpty()) {
      timing = true;
      long due = leaving.values().iterator().next() - System.currentTimeMillis();
      later(
          Math.max(due, accounts.areWhole() ? 1 : AGAIN_MILLIS / 4),
          () -> {
            timing = false;
            leave();
            time();
          });
    }
  }

  /** Announces the leave of users whose grace period has ended. */
  private void leave() {
    if (closed || !accounts.areWhole() || presence.standstill().holdsFor() > 0) {
      return;
    }
    long now = System.currentTimeMillis();
    List<String> gone = new ArrayList<>();
    for (Map.Entry<String, Long> each : leaving.entrySet()) {
      if (each.getValue() > now) {
        break;
      }
      gone.add(each.getKey());
    }
    for (String user : gone) {
      leaving.remove(user);
      Member member = members.remove(user);
      count(-1);
      announcements.leave(user, member == null ? null : member.info(), announcedCount == 0);
    }
  }

  /** The nodes of the cluster have changed. */
  void nodesChanged() {
    refresh(accounts.forgetGone());
    accounts.ask();
  }

  /** Checks whether the reports of the nodes are still true. */
  void audit() {
    accounts.audit();
  }

  /** Called about once a second. Returns whether the channel can be removed. */
  boolean tick() {
    if (!accounts.areWhole()) {
      accounts.ask();
    }
    answerIfReady();
    boolean quiet = System.currentTimeMillis() - receivedMillis > presence.graceMillis() * 2;
    return loaded && quiet && accounts.areWhole() && members.isEmpty() && announcements.isIdle();
  }

  /** The digest of the announced users; null while they are not loaded. Any thread may call it. */
  @Nullable String digest() {
    return digest;
  }

  /** Ends the channel here: another node owns it, or it is empty. */
  void close() {
    closed = true;
    digest = null;
    countMembers(-announcedCount);
    waiting.forEach(each -> each.tryFail(OwnerCalls.elsewhere().cause()));
    waiting.clear();
  }

  /**
   * Will return the announced users, sorted by name.
   *
   * @param after the last user of the page before; empty for the first page
   */
  Future<JsonObject> list(String after, int limit) {
    receivedMillis = System.currentTimeMillis();
    if (isReady()) {
      return Future.succeededFuture(list(limit, after));
    }
    if (waiting.size() >= MOST_WAITING) {
      return OwnerCalls.refused("too many ask who is in " + name);
    }
    Promise<Void> ready = Promise.promise();
    waiting.add(ready);
    return ready.future().map(nothing -> list(limit, after));
  }

  /** How many users have joined and not left. */
  int userCount() {
    return announcedUsers.size();
  }

  private JsonObject list(int limit, String after) {
    return page.of(announcedUsers, after, limit).put("count", announcedUsers.size());
  }

  private boolean isReady() {
    long now = System.currentTimeMillis();
    return loaded && (now - openedMillis > PATIENCE_MILLIS || accounts.areWhole());
  }

  private void answerIfReady() {
    if (!waiting.isEmpty() && isReady()) {
      List<Promise<Void>> all = List.copyOf(waiting);
      waiting.clear();
      all.forEach(Promise::tryComplete);
    }
  }

  private void later(long millis, Runnable task) {
    if (millis <= 0) {
      task.run();
    } else {
      loop.owner().setTimer(millis, timer -> loop.runOnContext(nothing -> task.run()));
    }
  }
}
