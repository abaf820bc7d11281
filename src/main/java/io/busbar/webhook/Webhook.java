package io.busbar.webhook;

import io.busbar.config.Reason;
import io.busbar.config.WebhookConfig;
import io.busbar.webhook.WebhookCounters.Drop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One webhook on this node: its configuration, its counters and its log lines. It puts events into
 * its queue. Any thread may use it.
 */
final class Webhook {
  /** The header of a kept event: when it happened, in milliseconds since 1970. */
  static final String TIME = "time";

  /** The address that puts a message into the queue of ours which the header names. */
  private static final String PUT = "busbar.queues.put";

  private static final String INTO = "busbar-into";

  /** Longer than the minute for which a call waits for the owner of the queue. */
  private static final long KEPT_MILLIS = 70_000;

  private static final System.Logger LOG = System.getLogger("io.busbar.webhook");
  private static final long QUIET_NANOS = 60_000_000_000L;

  private final Vertx vertx;
  private final WebhookConfig config;
  private final RequestFormat format;
  private final WebhookCounters counters = new WebhookCounters();
  private final AtomicBoolean hasSpoken = new AtomicBoolean();
  private final AtomicLong quietUntil = new AtomicLong(System.nanoTime());

  Webhook(Vertx vertx, WebhookConfig config, RequestFormat format) {
    this.vertx = vertx;
    this.format = format;
    this.config = config;
  }

  WebhookConfig config() {
    return config;
  }

  /** The format of requests to its endpoint. */
  RequestFormat format() {
    return format;
  }

  WebhookCounters counters() {
    return counters;
  }

  /** Completes when the event is safe. An event that the queue does not accept is counted. */
  Future<Void> keep(String event, long timeMillis) {
    DeliveryOptions options =
        new DeliveryOptions()
            .setLocalOnly(true)
            .setSendTimeout(KEPT_MILLIS)
            .addHeader(INTO, config.queue())
            .addHeader(TIME, Long.toString(timeMillis));
    return vertx
        .eventBus()
        .request(PUT, event, options)
        .<Void>mapEmpty()
        .onFailure(e -> notKept(Reason.of(e)));
  }

  /** Counts and logs an event that was not kept. */
  void notKept(String why) {
    counters.dropped(Drop.NOT_KEPT);
    warn("its queue does not take an event: " + why);
  }

  /** Logs a warning at most once a minute. */
  void warn(String what) {
    long now = System.nanoTime();
    long until = quietUntil.get();
    boolean speaks = now - until >= 0 && quietUntil.compareAndSet(until, now + QUIET_NANOS);
    hasSpoken.compareAndSet(false, speaks);
    LOG.log(
        speaks ? Level.WARNING : Level.DEBUG,
        "webhook {0}: {1} ({2} events dropped so far)",
        config.name(),
        what,
        Long.toString(counters.droppedCount()));
  }

  /** Logs once after each warning that all is well. */
  void isWell() {
    if (hasSpoken.get() && hasSpoken.compareAndSet(true, false)) {
      LOG.log(Level.INFO, "webhook {0}: it takes events again", config.name());
    }
  }

  /** Logs the end, whatever was logged before. */
  void hasEnded(String why) {
    LOG.log(Level.WARNING, "webhook {0}: {1}", config.name(), why);
  }
}
