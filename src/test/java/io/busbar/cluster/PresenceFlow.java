package io.busbar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.Prerequisites;
import io.busbar.auth.TestTokens;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Users in rooms, who move to another node when theirs dies, and join and leave meanwhile. A
 * watcher on each node hears of them. At the end it checks that each node lists exactly the present
 * users, and that no join or leave was told twice. Its own thread runs everything except the
 * checks.
 */
final class PresenceFlow implements AutoCloseable {
  private static final int PEOPLE = Prerequisites.isLong() ? 500 : 150;

  /** Rule of the nodes for the rooms. */
  static final String RULE = "{address: 'public.room.*', presence: true}";

  private static final String SECRET = "a secret that only these tests know";

  /** Other settings of each node. */
  static final List<String> SETTINGS =
      List.of(
          "auth.jwt.secret=" + SECRET,
          "auth.query-parameter=access",
          "limits.connections-per-address=100000",
          "permissions=[{address: 'public.#', allow: [subscribe, publish, send]},"
              + " {address: echo, allow: [send]}]");

  private static final int ROOMS = 10;
  private static final AtomicInteger FLOWS = new AtomicInteger();

  /** One of that number may be told twice, because a dead owner's message may arrive very late. */
  private static final int FEW = 100;

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long TICK_MILLIS = 20;

  private final Supplier<List<BusbarProcess>> nodes;
  private final Random random;

  /**
   * Unique for this object, because the join of a user who was in a room a moment ago is not told.
   */
  private final String prefix = "public.room." + FLOWS.incrementAndGet() + "-";

  private final String all = prefix + "all";
  private final List<Person> people = new ArrayList<>();
  private final List<Watcher> watchers = new ArrayList<>();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private volatile boolean quiet;

  /** Starts the users; returns when all are in their rooms. */
  PresenceFlow(Supplier<List<BusbarProcess>> nodes, Random random) {
    this.nodes = nodes;
    this.random = random;
    List<BusbarProcess> there = nodes.get();
    there.forEach(node -> watchers.add(new Watcher(node)));
    watchers.forEach(watcher -> await().atMost(PATIENCE).until(watcher::isReady));
    for (int i = 0; i < PEOPLE; i++) {
      people.add(new Person(i, there.get(i % there.size())));
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(watchers).allSatisfy(one -> assertThat(one.wrongNews()).isEmpty()));
    thread.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    try {
      people.forEach(Person::tend);
      if (!quiet) {
        people.get(random.nextInt(PEOPLE)).goesInOrOut();
      }
    } catch (Exception | AssertionError e) {
      System.out.println("presence flow: " + e);
    }
  }

  private String room(int number) {
    return prefix + number % ROOMS;
  }

  private List<String> rooms() {
    List<String> rooms = new ArrayList<>(List.of(all));
    IntStream.range(0, ROOMS).forEach(i -> rooms.add(room(i)));
    return rooms;
  }

  private Set<String> expected(String room) {
    Set<String> names = new HashSet<>();
    people.stream().filter(person -> person.isIn(room)).forEach(person -> names.add(person.name));
    return names;
  }

  /** Notes which of the expected users are missing and which known users are too many. */
  private void compare(String room, Set<String> known, Map<String, String> wrong) {
    Set<String> missing = expected(room);
    Set<String> surplus = new LinkedHashSet<>(known);
    surplus.removeAll(missing);
    missing.removeAll(known);
    if (!surplus.isEmpty() || !missing.isEmpty()) {
      wrong.put(room, "+" + surplus + " -" + missing);
    }
  }

  private static JsonObject frame(String type, String address) {
    return new JsonObject().put("type", type).put("address", address);
  }

  /**
   * A user in the common room, in one other all the time, and sometimes in a third. Used by the
   * thread of the flow.
   */
  private final class Person {
    private final String name;
    private final String home;
    private final String other;
    private final String path;
    private volatile boolean inOther = true;
    private BusbarProcess node;
    private TextConnection connection;
    private int moved;

    Person(int number, BusbarProcess node) {
      this.name = "p" + number;
      this.home = room(number);
      this.other = room(number + 1 + number / ROOMS % (ROOMS - 1));
      this.node = node;
      this.path =
          "/eventbus/websocket?access="
              + TestTokens.hs256(SECRET, new JsonObject().put("sub", name).put("exp", 1L << 40));
      connect();
    }

    private void connect() {
      connection = TextConnection.webSocket(node.http(), path);
      connection.receiver(text -> {});
      say("register", all);
      say("register", home);
      if (inOther) {
        say("register", other);
      }
    }

    private void say(String type, String room) {
      connection.send(frame(type, room).encode());
    }

    boolean isIn(String room) {
      return room.equals(all) || room.equals(home) || inOther && room.equals(other);
    }

    void goesInOrOut() {
      if (!connection.isDisconnected()) {
        inOther = !inOther;
        say(inOther ? "register" : "unregister", other);
      }
    }

    void tend() {
      if (connection.isDisconnected()) {
        List<BusbarProcess> there = nodes.get();
        moved++;
        node = there.get(moved % there.size());
        try {
          connect();
        } catch (Exception | AssertionError e) {
          // That node is also gone or slow, so the next turn tries the next one.
          System.out.println("presence flow: " + name + " at " + node.http() + ": " + e);
        }
      }
    }
  }

  /**
   * A client that hears joins and leaves while its node is alive. The connection's thread writes
   * what it hears; any thread may read that.
   */
  private final class Watcher {
    private final BusbarProcess node;
    private final TextConnection connection;
    private final Map<String, ConcurrentLinkedQueue<String>> told = new HashMap<>();
    private final Map<String, Set<String>> listed = new HashMap<>();
    private volatile boolean ready;

    Watcher(BusbarProcess node) {
      this.node = node;
      rooms().forEach(room -> told.put(room, new ConcurrentLinkedQueue<>()));
      connection = TextConnection.webSocket(node.http(), "/eventbus/websocket");
      connection.receiver(text -> received(new JsonObject(text)));
      rooms().forEach(room -> connection.send(frame("register", "presence." + room).encode()));
      connection.send(frame("send", "echo").put("body", "").put("replyAddress", "ready").encode());
    }

    private void received(JsonObject message) {
      String address = message.getString("address");
      if (!"rec".equals(message.getString("type"))) {
        System.out.println("presence flow: at " + node.http() + ": " + message);
      } else if (address.equals("ready")) {
        ready = true;
      } else if (address.startsWith("presence.")) {
        JsonObject body = message.getJsonObject("body");
        told.get(address.substring(9)).add(body.getString("event") + " " + body.getString("user"));
      } else {
        take(address, message.getJsonObject("body"));
      }
    }

    private void take(String room, JsonObject page) {
      Set<String> names = new LinkedHashSet<>();
      page.getJsonArray("users").forEach(each -> names.add(((JsonObject) each).getString("user")));
      synchronized (listed) {
        listed.put(room, names);
      }
    }

    boolean isReady() {
      return ready;
    }

    boolean isThere() {
      return !connection.isDisconnected() && nodes.get().contains(node);
    }

    Set<String> here(String room) {
      Set<String> here = new HashSet<>();
      for (String event : told.get(room)) {
        String user = event.substring(event.indexOf(' ') + 1);
        if (event.startsWith("join")) {
          here.add(user);
        } else {
          here.remove(user);
        }
      }
      return here;
    }

    /** Returns how often it heard a join of a present user, or a leave of an absent one. */
    int twice() {
      int twice = 0;
      for (String room : rooms()) {
        Set<String> here = new HashSet<>();
        for (String event : told.get(room)) {
          String user = event.substring(event.indexOf(' ') + 1);
          boolean news = event.startsWith("join") ? here.add(user) : here.remove(user);
          if (!news) {
            twice++;
          }
        }
      }
      return twice;
    }

    long count() {
      return told.values().stream().mapToLong(Collection::size).sum();
    }

    /**
     * Returns the differences between its node's lists and the present users: {@code room +too many
     * -missing}.
     */
    Map<String, String> wrongLists() {
      Map<String, String> wrong = new TreeMap<>();
      for (String room : rooms()) {
        synchronized (listed) {
          listed.remove(room);
        }
        connection.send(
            frame("send", "presence." + room)
                .put("body", new JsonObject().put("limit", 1000))
                .put("replyAddress", room)
                .encode());
      }
      for (String room : rooms()) {
        await().atMost(PATIENCE).until(() -> list(room) != null);
        compare(room, list(room), wrong);
      }
      return wrong;
    }

    private Set<String> list(String room) {
      synchronized (listed) {
        return listed.get(room);
      }
    }

    Map<String, String> wrongNews() {
      Map<String, String> wrong = new TreeMap<>();
      for (String room : rooms()) {
        compare(room, here(room), wrong);
      }
      return wrong;
    }
  }

  /**
   * Ends the flow when all nodes know the present users.
   *
   * @param anyTwice whether some may have been told twice, because a user who was cut off is back
   *     for some nodes and not for all
   * @return the result as a text
   */
  String finish(boolean anyTwice) {
    quiet = true;
    await()
        .atMost(PATIENCE)
        .until(() -> people.stream().allMatch(person -> !person.connection.isDisconnected()));
    List<BusbarProcess> there = nodes.get();
    for (BusbarProcess node : there) {
      if (watchers.stream().noneMatch(one -> one.node == node && one.isThere())) {
        Watcher late = new Watcher(node);
        await().atMost(PATIENCE).until(late::isReady);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(late.wrongLists()).isEmpty());
        late.connection.close();
      }
    }
    List<Watcher> staying = watchers.stream().filter(Watcher::isThere).toList();
    for (Watcher one : staying) {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .untilAsserted(() -> assertThat(one.wrongLists()).as("%s", one.node.http()).isEmpty());
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(one.wrongNews()).as("%s", one.node.http()).isEmpty());
    }
    close();
    int twice = watchers.stream().mapToInt(Watcher::twice).sum();
    long told = staying.stream().mapToLong(Watcher::count).sum();
    assertThat(anyTwice || twice * FEW <= told)
        .as("%d of %d were told twice", twice, told)
        .isTrue();
    return "presence: %d people, %d moved, %d comings and goings told at %d nodes, %d of them twice"
        .formatted(
            PEOPLE,
            people.stream().filter(person -> person.moved > 0).count(),
            told,
            staying.size(),
            twice);
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      assertThat(thread.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    people.forEach(person -> person.connection.close());
    watchers.forEach(one -> one.connection.close());
  }
}
