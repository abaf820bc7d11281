package io.busbar.webhook;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one webhook on this node since it started. Any thread may count. */
final class Tally {
  /** Why a request failed. Each has a counter from the start. */
  enum Failure {
    TIMEOUT("timeout"),
    CONNECTION("connection"),
    REDIRECT("3xx"),
    CLIENT("4xx"),
    SERVER("5xx");

    private final String label;

    Failure(String label) {
      this.label = label;
    }
  }

  /** Why an event was not sent. */
  enum Drop {
    /** The queue did not accept it. */
    NOT_KEPT("not-kept"),
    /** The endpoint accepted nothing for too long. */
    GIVEN_UP("given-up"),
    /** The endpoint said that it is gone. */
    GONE("gone");

    private final String label;

    Drop(String label) {
      this.label = label;
    }
  }

  private final LongAdder events = new LongAdder();
  private final LongAdder requests = new LongAdder();
  private final Map<Failure, LongAdder> failures = new ConcurrentHashMap<>();
  private final Map<Drop, LongAdder> drops = new ConcurrentHashMap<>();

  Tally() {
    for (Failure each : Failure.values()) {
      failures.put(each, new LongAdder());
    }
    for (Drop each : Drop.values()) {
      drops.put(each, new LongAdder());
    }
  }

  /** The endpoint accepted these events, in one request. */
  void sent(int count) {
    events.add(count);
    requests.increment();
  }

  void failed(Failure why) {
    failures.get(why).increment();
  }

  void dropped(Drop why) {
    drops.get(why).increment();
  }

  long droppedCount() {
    return drops.values().stream().mapToLong(LongAdder::sum).sum();
  }

  JsonObject toJson() {
    Map<String, Object> failed = new TreeMap<>();
    failures.forEach((why, count) -> failed.put(why.label, count.sum()));
    Map<String, Object> dropped = new TreeMap<>();
    drops.forEach((why, count) -> dropped.put(why.label, count.sum()));
    return new JsonObject()
        .put("sent", events.sum())
        .put("requests", requests.sum())
        .put("failed", new JsonObject(failed))
        .put("dropped", new JsonObject(dropped));
  }
}
