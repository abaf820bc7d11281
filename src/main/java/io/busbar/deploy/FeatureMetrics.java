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
 * Counts what comes to features, as Vert.x tells it of each consumer. Who registered a consumer is
 * known by the context that did. Any thread may use it.
 */
public final class FeatureMetrics implements VertxMetricsFactory, VertxMetrics {
  /**
   * Of one feature, whatever its versions.
   *
   * @param requests that came to it
   * @param errors of what this node asked it: what failed, and what was not answered in time
   */
  record Counts(LongAdder requests, LongAdder errors) {
    Counts() {
      this(new LongAdder(), new LongAdder());
    }
  }

  /** What the addresses begin with at which Vert.x waits for answers. */
  private static final String ANSWERS = "__vertx.";

  private final Map<ContextInternal, Counts> byContext = new ConcurrentHashMap<>();
  private final Map<String, Counts> byAddress = new ConcurrentHashMap<>();

  /** Those of a Vert.x, null where it counts nothing. */
  static @Nullable FeatureMetrics of(Vertx vertx) {
    return ((VertxInternal) vertx).metrics() instanceof FeatureMetrics own ? own : null;
  }

  /** What the context registers from now on is counted there. */
  void counts(ContextInternal context, Counts counts) {
    byContext.put(context.unwrap(), counts);
  }

  /** The context is over. */
  void forget(ContextInternal context) {
    byContext.remove(context.unwrap());
  }

  /** The feature is over. */
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
