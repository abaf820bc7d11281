package io.busbar.admin;

import static io.busbar.admin.Alert.Severity.CRITICAL;
import static io.busbar.admin.Alert.Severity.WARNING;

import io.busbar.admin.Alert.Severity;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * The rules that decide which alerts a node has. They use its {@link NodeStatus} alone, and no rule
 * depends on another. An instance lives during one call of {@link #of}.
 */
final class Alerts {
  /** A queue without a consumer is neglected if its oldest message is older than this. */
  static final long NEGLECTED_MILLIS = 5 * 60_000;

  private static final double LATE_SECONDS = 1;
  private static final double VERY_LATE_SECONDS = 5;
  private static final double FULL_HEAP = 0.9;

  /** The most alerts of one rule. Otherwise a thousand webhooks would hide all other alerts. */
  private static final int MOST_OF_A_RULE = 10;

  private static final String OVERVIEW = "#/overview";
  private static final String ROUTES = "#/routes";
  private static final String CLUSTER = "#/cluster";

  private final NodeStatus status;
  private final List<Alert> found = new ArrayList<>();

  private Alerts(NodeStatus status) {
    this.status = status;
  }

  /** Returns the alerts in that situation; empty if nothing is wrong. */
  static List<Alert> of(NodeStatus status) {
    Alerts alerts = new Alerts(status);
    alerts.readiness();
    alerts.eventLoops();
    alerts.heap();
    alerts.losses();
    alerts.stores();
    alerts.queues();
    alerts.rabbitMq();
    alerts.webhooks();
    alerts.cluster();
    return List.copyOf(alerts.found);
  }

  private void add(
      String id, Severity severity, String title, String reason, String advice, String view) {
    found.add(new Alert(id, severity, title, reason, advice, view));
  }

  private void readiness() {
    if (!status.obstacles().isEmpty()) {
      add(
          "not-ready",
          CRITICAL,
          "This node is not ready",
          sentence(String.join("; ", status.obstacles())),
          "Load balancers send it no clients meanwhile. A node that is about to leave is as it"
              + " should be; for all else look at its log and at /health/ready.",
          OVERVIEW);
    }
  }

  private void eventLoops() {
    double lag = status.now().lagSeconds();
    if (lag > LATE_SECONDS) {
      add(
          "event-loop-lag",
          lag > VERY_LATE_SECONDS ? CRITICAL : WARNING,
          "An event loop is late",
          "A task ran %s s late within the last 15 seconds."
              .formatted(String.format(Locale.ROOT, "%.1f", lag)),
          "A feature blocks its event loop, the JVM collects garbage, or the machine has too"
              + " little CPU. The log names threads that were blocked.",
          OVERVIEW);
    }
  }

  private void heap() {
    long floor = status.heapFloor();
    if (floor > status.heapMax() * FULL_HEAP) {
      add(
          "heap",
          CRITICAL,
          "The heap is nearly full",
          "For a minute at least %s of %s were in use."
              .formatted(bytes(floor), bytes(status.heapMax())),
          "Give the JVM a larger heap (-Xmx), or lower the limits of memory. A node whose heap is"
              + " full ends.",
          OVERVIEW);
    }
  }

  private void losses() {
    long dropped = lately(Sample::dropped);
    if (dropped > 0) {
      add(
          "dropped",
          WARNING,
          "Slow clients lose messages",
          count(dropped, "message")
              + " for clients that read slowly went lost within the last"
              + " minute.",
          "Look for sessions whose outbox fills. A larger limits.outbox gives them more time, and"
              + " the policy latest keeps the newest.",
          "#/sessions");
    }
    long limited = lately(Sample::limited);
    if (limited > 0) {
      add(
          "limited",
          WARNING,
          "Clients run into limits",
          count(limited, "time") + " within the last minute a client was refused by a limit.",
          "The overview says which under what was refused. Either a client does too much, or"
              + " limits.* are too low for what yours do.",
          OVERVIEW);
    }
  }

  private void stores() {
    long failures = lately(Sample::storeFailures);
    if (failures > 0) {
      add(
          "store",
          CRITICAL,
          "A store fails",
          count(failures, "time")
              + " within the last minute what keeps queues or streams did not do what it was told.",
          "Look whether the disk is full or broken; in a cluster, whether nodes come and go. The"
              + " log has the reason.",
          "#/queues");
    }
  }

  private void queues() {
    status.neglected().stream()
        .limit(MOST_OF_A_RULE)
        .forEach(
            queue -> {
              String name = queue.getString("name");
              long millis = queue.getLong("oldestMillis", 0L);
              add(
                  "queue " + name,
                  WARNING,
                  "Nobody consumes queue " + name,
                  "%s in it, the oldest for %d minutes."
                      .formatted(are(queue.getLong("waiting", 0L)), millis / 60_000),
                  "Start its consumer, move its messages to another queue, or purge them.",
                  "#/queues/" + fragment(name));
            });
  }

  private void rabbitMq() {
    JsonObject told = status.rabbitMq();
    if (told == null) {
      return;
    }
    if (!told.getBoolean("connected", false)) {
      String trouble = told.getString("trouble");
      add(
          "rabbitmq",
          CRITICAL,
          "RabbitMQ is not connected",
          sentence(trouble == null ? "no connection to " + told.getString("uri", "it") : trouble),
          "Look whether RabbitMQ runs and lets the gateway in. Clients are served meanwhile; what"
              + " goes to RabbitMQ waits, and is lost when too much waits.",
          ROUTES);
    }
    status
        .routes()
        .filter(route -> route.getString("trouble") != null)
        .limit(MOST_OF_A_RULE)
        .forEach(
            route ->
                add(
                    "route " + route.getString("name"),
                    WARNING,
                    "RabbitMQ route " + route.getString("name") + " does not run",
                    sentence(route.getString("trouble")),
                    "Look at its queue or exchange in RabbitMQ, and at its stanza in the"
                        + " configuration.",
                    ROUTES));
    long lost = lately(Sample::routeLosses);
    if (lost > 0) {
      add(
          "route-losses",
          CRITICAL,
          "RabbitMQ routes lose messages",
          count(lost, "message") + " of RabbitMQ's routes went lost within the last minute.",
          "Returned messages found no queue in RabbitMQ: look at its bindings. Dropped ones were"
              + " too many while it took none.",
          ROUTES);
    }
  }

  private void webhooks() {
    status
        .hooks()
        .filter(hook -> hook.getString("trouble") != null)
        .limit(MOST_OF_A_RULE)
        .forEach(
            hook -> {
              String name = hook.getString("name");
              boolean gone = hook.getBoolean("gone", false);
              add(
                  "webhook " + name,
                  gone ? CRITICAL : WARNING,
                  "Webhook " + name + (gone ? " has ended" : " takes no events"),
                  sentence(hook.getString("trouble"))
                      + " "
                      + are(hook.getLong("held", 0L))
                      + " held for it.",
                  gone
                      ? "Its endpoint said that it is gone. Take the webhook out of the"
                          + " configuration, or start the node again when the endpoint is back."
                      : "Look at its endpoint. Events are kept and tried again until they are too"
                          + " old.",
                  ROUTES);
            });
  }

  private void cluster() {
    status
        .left()
        .limit(MOST_OF_A_RULE)
        .forEach(
            member -> {
              String address = member.getString("address");
              Instant when = Instant.ofEpochMilli(member.getLong("time", 0L));
              add(
                  "left " + address,
                  CRITICAL,
                  "A member was lost: " + address,
                  "It left at %s without saying so, and has not come back."
                      .formatted(when.truncatedTo(ChronoUnit.SECONDS)),
                  "Look whether its machine, its process and the network between are well. Its"
                      + " clients come to the other nodes.",
                  CLUSTER);
            });
    if (status.memberCount() == 1) {
      add(
          "alone",
          WARNING,
          "This node is alone in its cluster",
          "A cluster is configured, and no other node is in it.",
          "Start another node, or look whether this one can reach the others: cluster.members,"
              + " cluster.name and the firewall.",
          CLUSTER);
    }
  }

  private long lately(ToLongFunction<Sample> counter) {
    return status.now().grown(counter, status.minuteAgo());
  }

  private static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static String are(long messages) {
    return count(messages, "message") + (messages == 1 ? " is" : " are");
  }

  /** Makes a sentence of words that another part of the node wrote: a capital and a full stop. */
  private static String sentence(String words) {
    boolean word = words.matches("[a-z-]+[ :,].*");
    String first = words.isEmpty() ? "" : words.substring(0, 1);
    String begun = word ? first.toUpperCase(Locale.ROOT) + words.substring(1) : words;
    return begun.isEmpty() || begun.endsWith(".") ? begun : begun + ".";
  }

  private static String bytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }

  private static String fragment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
