package io.busbar.webhook;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** The counters of one webhook on this node since it started. Any thread may count. */
final class WebhookCounters {
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
  private final List<LongAdder> failures =
      Stream.of(Failure.values()).map(each -> new LongAdder()).toList();
  private final List<LongAdder> drops =
      Stream.of(Drop.values()).map(each -> new LongAdder()).toList();

  /** The endpoint accepted these events, in one request. */
  void sent(int count) {
    events.add(count);
    requests.increment();
  }

  void failed(Failure why) {
    failures.get(why.ordinal()).increment();
  }

  void dropped(Drop why) {
    drops.get(why.ordinal()).increment();
  }

  long droppedCount() {
    return drops.stream().mapToLong(LongAdder::sum).sum();
  }

  JsonObject toJson() {
    Map<String, Object> failed = new TreeMap<>();
    for (Failure why : Failure.values()) {
      failed.put(why.label, failures.get(why.ordinal()).sum());
    }
    Map<String, Object> dropped = new TreeMap<>();
    for (Drop why : Drop.values()) {
      dropped.put(why.label, drops.get(why.ordinal()).sum());
    }
    return new JsonObject()
        .put("sent", events.sum())
        .put("requests", requests.sum())
        .put("failed", new JsonObject(failed))
        .put("dropped", new JsonObject(dropped));
  }
}
