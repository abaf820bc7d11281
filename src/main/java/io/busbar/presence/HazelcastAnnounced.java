package io.busbar.presence;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.map.IMap;
import io.busbar.cluster.NumberedKey;
import io.busbar.cluster.RetriedWrites;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the announced users in a map of Hazelcast. A channel has a head with the number of its
 * pages, and pages with a few users each. So an arrival writes one page, however many users there
 * are. A channel without users leaves nothing behind.
 *
 * <p>A node that loads the pages owns them from then on ({@link OwnersEntry}). An open write of the
 * owner before is either read, or refused and then not announced. Any thread may use it.
 */
final class HazelcastAnnounced implements AnnouncedStore {
  private static final System.Logger LOG = System.getLogger("io.busbar.presence");
  private static final int USERS_A_PAGE = 32;

  /**
   * Random bits, so two owners that claim a channel in the same millisecond have different numbers.
   */
  private static final int RANDOM_BITS = 10;

  private final Vertx vertx;
  private final HazelcastInstance hazelcast;

  /** The entries of a channel lie on the node that owns it. The head has the number of pages. */
  private final IMap<NumberedKey, String> entries;

  /** Uses the map of that name. The constructor blocks: do not call it on an event loop. */
  HazelcastAnnounced(Vertx vertx, HazelcastInstance hazelcast, String name) {
    this.vertx = vertx;
    this.hazelcast = hazelcast;
    this.entries = hazelcast.getMap(name);
  }

  @Override
  public Announced of(String channel) {
    return new Pages(channel);
  }

  @Override
  public Future<Set<String>> channels() {
    return vertx.executeBlocking(
        () -> {
          Set<String> channels = new HashSet<>();
          for (NumberedKey key : entries.localKeySet()) {
            if (key.number() == OwnersEntry.HEAD) {
              channels.add(key.name());
            }
          }
          return channels;
        },
        false);
  }

  @Override
  public Future<Boolean> has(String channel) {
    NumberedKey head = new NumberedKey(channel, OwnersEntry.HEAD);
    return asked(() -> entries.getAsync(head)).map(count -> count != null);
  }

  private <T> Future<T> surely(Supplier<CompletionStage<T>> write) {
    return RetriedWrites.untilCertain(() -> asked(write));
  }

  /** A failed call becomes a failed future, because Hazelcast throws when it is about to end. */
  private <T> Future<T> asked(Supplier<? extends CompletionStage<T>> question) {
    try {
      return RetriedWrites.said(vertx, question.get());
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private static final class Page {
    private final long number;
    private final Map<String, String> users = new LinkedHashMap<>();

    /** The users that were added or removed since the last write. */
    private Set<String> changed = new HashSet<>();

    private boolean hasRoom;

    private Page(long number) {
      this.number = number;
    }

    private String json() {
      JsonObject json = new JsonObject();
      users.forEach(json::put);
      return json.encode();
    }
  }

  /** An open write. */
  private record Written(Page page, Set<String> users, Future<Boolean> done) {}

  private final class Pages implements Announced {
    private final String channel;
    private final List<Page> all = new ArrayList<>();
    private final Deque<Page> withRoom = new ArrayDeque<>();
    private final Map<String, Page> pageOf = new HashMap<>();
    private final Set<Page> changed = new HashSet<>();
    private long owner;
    private int countSaved;

    private Pages(String channel) {
      this.channel = channel;
    }

    private Future<String> claim(long number) {
      NumberedKey key = new NumberedKey(channel, number);
      OwnersEntry.Claim claim = new OwnersEntry.Claim(owner);
      return surely(() -> entries.submitToKey(key, claim));
    }

    private Future<Boolean> write(long number, @Nullable String text) {
      NumberedKey key = new NumberedKey(channel, number);
      OwnersEntry.Write write = new OwnersEntry.Write(owner, text);
      return surely(() -> entries.submitToKey(key, write));
    }

    /**
     * A write with an unknown outcome counts as refused. The next owner that loads the entries
     * announces the rest.
     */
    private Future<Boolean> written(long number, @Nullable String text) {
      return write(number, text).onFailure(this::failed).otherwise(false);
    }

    private void failed(Throwable why) {
      boolean ends = why instanceof HazelcastInstanceNotActiveException;
      LOG.log(ends ? Level.DEBUG : Level.WARNING, "who is in {0} is not kept: {1}", channel, why);
    }

    @Override
    public Future<Map<String, String>> load() {
      long now = hazelcast.getCluster().getClusterTime();
      owner = (now << RANDOM_BITS) + ThreadLocalRandom.current().nextInt(1 << RANDOM_BITS);
      return claim(OwnersEntry.HEAD).compose(this::loadPages);
    }

    private Future<Map<String, String>> loadPages(@Nullable String head) {
      if (head == null) {
        return Future.succeededFuture(Map.of());
      }
      owner = OwnersEntry.owner(head);
      countSaved = Integer.parseInt(OwnersEntry.text(head));
      List<Future<String>> read = new ArrayList<>();
      for (int i = 1; i <= countSaved; i++) {
        read.add(claim(i));
      }
      return Future.all(read)
          .map(
              done -> {
                Map<String, String> users = new HashMap<>();
                read.forEach(page -> users.putAll(take(page.result())));
                return users;
              });
    }

    private Map<String, String> take(String entry) {
      if (OwnersEntry.owner(entry) > owner) {
        throw new IllegalStateException("another node owns it meanwhile");
      }
      Page page = newPage();
      new JsonObject(OwnersEntry.text(entry))
          .forEach(each -> page.users.put(each.getKey(), (String) each.getValue()));
      page.users.keySet().forEach(user -> pageOf.put(user, page));
      offerRoom(page);
      return page.users;
    }

    private Page newPage() {
      Page page = new Page(all.size() + 1L);
      all.add(page);
      return page;
    }

    private void offerRoom(Page page) {
      if (!page.hasRoom && page.users.size() < USERS_A_PAGE) {
        page.hasRoom = true;
        withRoom.add(page);
      }
    }

    @Override
    public void add(String user, @Nullable String info) {
      Page page = withRoom.peek();
      if (page == null) {
        page = newPage();
        offerRoom(page);
      }
      page.users.put(user, info);
      pageOf.put(user, page);
      changes(page, user);
      if (page.users.size() >= USERS_A_PAGE) {
        page.hasRoom = false;
        withRoom.remove();
      }
    }

    @Override
    public void remove(String user) {
      Page page = pageOf.remove(user);
      if (page != null) {
        page.users.remove(user);
        changes(page, user);
        offerRoom(page);
      }
    }

    private void changes(Page page, String user) {
      page.changed.add(user);
      changed.add(page);
    }

    @Override
    public Future<Set<String>> save() {
      boolean empty = pageOf.isEmpty();
      // While there are other pages, an empty page stays. Otherwise the owner before could write
      // it.
      List<Page> write = new ArrayList<>(empty ? all : changed);
      changed.clear();
      List<Written> writes = new ArrayList<>();
      for (Page page : write) {
        Set<String> users = page.changed;
        page.changed = new HashSet<>();
        writes.add(new Written(page, users, written(page.number, empty ? null : page.json())));
      }
      int before = countSaved;
      int count = empty ? 0 : all.size();
      if (empty) {
        all.clear();
        withRoom.clear();
      }
      countSaved = count;
      Future<Boolean> head =
          count == before
              ? Future.succeededFuture(true)
              : written(OwnersEntry.HEAD, count == 0 ? null : Integer.toString(count));
      List<Future<Boolean>> done = new ArrayList<>(writes.stream().map(Written::done).toList());
      done.add(head);
      return Future.all(done).map(all -> refused(writes, head.result(), before));
    }

    /**
     * Removes pages that the head does not count, because nobody reads them. Returns the users that
     * are not stored.
     */
    private Set<String> refused(List<Written> writes, boolean head, int pages) {
      Set<String> refused = new HashSet<>();
      for (Written each : writes) {
        boolean unread = !head && each.page().number > pages;
        if (unread) {
          write(each.page().number, null);
        }
        if (unread || !each.done().result()) {
          refused.addAll(each.users());
        }
      }
      return refused;
    }
  }
}
