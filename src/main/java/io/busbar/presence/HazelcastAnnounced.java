package io.busbar.presence;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.busbar.cluster.SureWrites;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
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
import java.util.function.Supplier;

/**
 * Keeps who was announced in two maps of Hazelcast: how many pages a channel has, and the pages,
 * each with a few users. So an arrival costs a page, however many there are. A channel without
 * users leaves nothing behind.
 */
final class HazelcastAnnounced implements AnnouncedStore {
  private static final int USERS_A_PAGE = 32;

  private final Vertx vertx;

  /** On the node that owns the channel. */
  private final IMap<String, Long> counts;

  /** A page of {@code a} is {@code "7 a"}: an object of users. */
  private final IMap<String, String> pages;

  /** In the maps of that name and of {@code NAME.pages}; not for event loops. */
  HazelcastAnnounced(Vertx vertx, HazelcastInstance hazelcast, String name) {
    this.vertx = vertx;
    this.counts = hazelcast.getMap(name);
    this.pages = hazelcast.getMap(name + ".pages");
  }

  @Override
  public Announced of(String channel) {
    return new Pages(channel);
  }

  @Override
  public Future<Set<String>> channels() {
    return vertx.executeBlocking(() -> new HashSet<>(counts.localKeySet()), false);
  }

  @Override
  public Future<Boolean> has(String channel) {
    return asked(() -> counts.getAsync(channel)).map(count -> count != null);
  }

  private <T> Future<Void> surely(Supplier<CompletionStage<T>> write) {
    return SureWrites.untilCertain(() -> asked(write)).mapEmpty();
  }

  /** Hazelcast throws when it is about to end. */
  private <T> Future<T> asked(Supplier<? extends CompletionStage<T>> question) {
    try {
      return SureWrites.said(vertx, question.get());
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private static final class Page {
    private final int number;
    private final Map<String, String> users = new LinkedHashMap<>();
    private boolean hasRoom;

    private Page(int number) {
      this.number = number;
    }

    private String json() {
      JsonObject json = new JsonObject();
      users.forEach(json::put);
      return json.encode();
    }
  }

  private final class Pages implements Announced {
    private final String channel;
    private final List<Page> all = new ArrayList<>();
    private final Deque<Page> withRoom = new ArrayDeque<>();
    private final Map<String, Page> pageOf = new HashMap<>();
    private final Set<Page> changed = new HashSet<>();
    private long countSaved;

    private Pages(String channel) {
      this.channel = channel;
    }

    private String key(int page) {
      return page + " " + channel;
    }

    @Override
    public Future<Map<String, String>> load() {
      return asked(() -> counts.getAsync(channel)).compose(this::loadPages);
    }

    private Future<Map<String, String>> loadPages(Long count) {
      countSaved = count == null ? 0 : count;
      List<Future<String>> read = new ArrayList<>();
      for (int i = 0; i < countSaved; i++) {
        String key = key(i);
        read.add(asked(() -> pages.getAsync(key)));
      }
      return Future.all(read)
          .map(
              done -> {
                Map<String, String> users = new HashMap<>();
                read.forEach(page -> users.putAll(take(page.result())));
                return users;
              });
    }

    private Map<String, String> take(String json) {
      Page page = new Page(all.size());
      all.add(page);
      if (json != null) {
        new JsonObject(json).forEach(e -> page.users.put(e.getKey(), (String) e.getValue()));
        page.users.keySet().forEach(user -> pageOf.put(user, page));
      }
      offerRoom(page);
      return page.users;
    }

    private void offerRoom(Page page) {
      if (!page.hasRoom && page.users.size() < USERS_A_PAGE) {
        page.hasRoom = true;
        withRoom.add(page);
      }
    }

    @Override
    public void add(String user, String info) {
      Page page = withRoom.peek();
      if (page == null) {
        page = new Page(all.size());
        all.add(page);
        offerRoom(page);
      }
      page.users.put(user, info);
      pageOf.put(user, page);
      changed.add(page);
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
        changed.add(page);
        offerRoom(page);
      }
    }

    @Override
    public Future<Void> save() {
      List<Future<Void>> writes = new ArrayList<>();
      for (Page page : changed) {
        String key = key(page.number);
        if (page.users.isEmpty()) {
          writes.add(surely(() -> pages.removeAsync(key)));
        } else {
          String json = page.json();
          writes.add(surely(() -> pages.setAsync(key, json)));
        }
      }
      changed.clear();
      long count = pageOf.isEmpty() ? 0 : all.size();
      if (count == 0) {
        all.clear();
        withRoom.clear();
      }
      if (count != countSaved) {
        countSaved = count;
        writes.add(
            count == 0
                ? surely(() -> counts.removeAsync(channel))
                : surely(() -> counts.setAsync(channel, count)));
      }
      return Future.all(writes).mapEmpty();
    }
  }
}
