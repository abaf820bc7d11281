package io.busbar.deploy;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.EventBusMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts the requests to features. Vert.x reports the messages of each consumer. The context in
 * which a consumer was registered tells to which feature it belongs. Any thread may use it.
 */
public final class FeatureMetrics implements VertxMetricsFactory, VertxMetrics {
  /**
   * The counters of one feature, over all its versions.
   *
   * @param requests messages that were delivered to it
   * @param errors requests of this node to it that failed or had no answer in time
   */
  record Counts(LongAdder requests, LongAdder errors) {
    Counts() {
      this(new LongAdder(), new LongAdder());
    }
  }

  /** The prefix of the addresses at which Vert.x waits for replies. */
  private static final String ANSWERS = "__vertx.";

  private final Map<ContextInternal, Counts> byContext = new ConcurrentHashMap<>();
  private final Map<String, Counts> byAddress = new ConcurrentHashMap<>();

  /** Returns the metrics of a Vert.x; null if it has no such metrics. */
  static @Nullable FeatureMetrics of(Vertx vertx) {
    return ((VertxInternal) vertx).metrics() instanceof FeatureMetrics own ? own : null;
  }

  /** Counts the consumers that the context registers from now on. */
  void counts(ContextInternal context, Counts counts) {
    byContext.put(context.unwrap(), counts);
  }

  /** Forgets a context that has ended. */
  void forget(ContextInternal context) {
    byContext.remove(context.unwrap());
  }

  /** Forgets the counters of a feature that is undeployed. */
  void forget(Counts counts) {
    byAddress.values().removeIf(each -> each == counts);
  }

  @Override
  public VertxMetrics metrics(VertxOptions options) {
    return this;
  }

  @Override
  public MetricsOptions newOptions() {
    return new MetricsOptions();
  }

  @Override
  public EventBusMetrics<Counts> createEventBusMetrics() {
    return new OfTheBus();
  }

  private final class OfTheBus implements EventBusMetrics<Counts> {
    @Override
    public @Nullable Counts handlerRegistered(String address) {
      ContextInternal context = ContextInternal.current();
      boolean answers = address.startsWith(ANSWERS);
      Counts counts = context == null || answers ? null : byContext.get(context.unwrap());
      if (counts != null) {
        byAddress.put(address, counts);
      }
      return counts;
    }

    @Override
    public void handlerUnregistered(Counts counts) {}

    @Override
    public void messageDelivered(@Nullable Counts counts, boolean local) {
      if (counts != null) {
        counts.requests().increment();
      }
    }

    @Override
    public void replyFailure(String address, ReplyFailure failure) {
      Counts counts = byAddress.get(address);
      if (counts != null) {
        counts.errors().increment();
      }
    }
  }
}
