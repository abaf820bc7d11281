package io.busbar.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.protocol.WebSocketPipe;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Runs the jar under traffic of all protocols for {@code -Dsoak.seconds}. Afterwards it uses the
 * same resources as before.
 */
class SoakIT {
  private static final int WARM_UP_SECONDS = 15;
  private static final int SECONDS = Integer.getInteger("soak.seconds", 8);
  private static final int CLIENTS = 300;
  private static final int PUBLISHES_A_SECOND = Integer.getInteger("soak.rate", 1_500);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String CONSUMER = "io.vertx.core.eventbus.impl.MessageConsumerImpl";
  private static final long HEAP_THAT_MAY_COME = 8L << 20;
  private static final int FILES_THAT_MAY_COME = 8;

  @Test
  void nodeUsesNoMoreResourcesAfterTheLoad() {
    try (BusbarProcess node =
        BusbarProcess.options()
            .optimized()
            .jvm("-Xmx512m")
            .set("services", "[{path: /channel, address: echo, channel: public.service}]")
            .set(
                "permissions",
                "[{address: 'public.#', allow: [subscribe, publish, send]},"
                    + " {address: busbar.stats, allow: [subscribe]}]")
            .start()) {
      NodeProbe probe = new NodeProbe(node);
      AtomicReference<JsonObject> stats = new AtomicReference<>(new JsonObject());
      WebSocketPipe watcher = WebSocketPipe.connect(node.httpPort(), "/eventbus/websocket");
      watcher.receiver(text -> stats.set(new JsonObject(text).getJsonObject("body")));
      watcher.send("{\"type\":\"register\",\"address\":\"busbar.stats\"}");

      // After the warm-up, everything exists that is made only once: threads, pools, compiled code.
      soak(node, stats, WARM_UP_SECONDS);
      awaitInstances(probe, "io.busbar.hub.Session", 1);
      long heap = probe.liveHeap();
      int threads = probe.threads();
      int files = probe.files();
      long consumers = probe.instances(CONSUMER);

      soak(node, stats, SECONDS);
      awaitInstances(probe, "io.busbar.hub.Session", 1);
      awaitInstances(probe, "io.busbar.hub.Subscription", 1);
      awaitInstances(probe, "io.busbar.hub.Channel", 1);
      awaitInstances(probe, CONSUMER, consumers);
      assertThat(probe.liveHeap()).as("live heap").isLessThan(heap + HEAP_THAT_MAY_COME);
      assertThat(probe.threads()).as("threads").isLessThanOrEqualTo(threads + 4);
      assertThat(probe.files()).as("files").isLessThanOrEqualTo(files + FILES_THAT_MAY_COME);
      assertThat(node.errLines()).as("the log").noneMatch(line -> line.contains("ERROR"));
      watcher.close();
    }
  }

  /**
   * Waits for the number of instances. The timer that would have cut a connection keeps it for some
   * seconds.
   */
  private static void awaitInstances(NodeProbe probe, String className, long count) {
    await(className)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(2))
        .until(() -> probe.instances(className), found -> found == count);
  }

  /** Runs the traffic. At the end the counters must show the watcher as the only client. */
  private static void soak(BusbarProcess node, AtomicReference<JsonObject> stats, int seconds) {
    Traffic traffic = new Traffic(node.httpPort(), node.stompPort(), CLIENTS, PUBLISHES_A_SECOND);
    traffic.run(seconds);
    await().atMost(PATIENCE).until(() -> quiet(stats.get()));
    assertThat(traffic.visitors()).as("visitors").isGreaterThan(CLIENTS);
    assertThat(traffic.received()).as("messages heard").isGreaterThan(traffic.published());
  }

  private static boolean quiet(JsonObject stats) {
    JsonObject sessions = stats.getJsonObject("sessions", new JsonObject());
    long open = sessions.stream().mapToLong(entry -> ((Number) entry.getValue()).longValue()).sum();
    return open == 1
        && stats.getInteger("subscriptions", 0) == 1
        && stats.getInteger("channels", 0) == 1
        && stats.getInteger("out", 99) <= 1;
  }
}
