package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.random.RandomGenerator;

/**
 * A simulated thermometer. It publishes {@code {"value":21.5}} again and again, each value a small
 * step from the last one. Each node has its own thermometer, with the name of the node in its
 * address. Owned by its event loop.
 *
 * <p>Configuration: {@code interval}, milliseconds between two values (1000); {@code address}, in
 * which {@code {node}} is the name of the node.
 */
public final class ThermometerVerticle extends VerticleBase {
  static final String ADDRESS = "topics.node.thermometer.{node}.temperature";

  /** In tenths of a degree, as the two limits. */
  private static final int START = 215;

  private static final int LOWEST = 150;
  private static final int HIGHEST = 300;

  private final RandomGenerator random = RandomGenerator.getDefault();
  private int tenths = START;

  @Override
  public Future<?> start() {
    try {
      Settings settings = new Settings("ThermometerVerticle", config()).only("interval", "address");
      int interval = settings.number("interval", 1000, 10, 86_400_000, " milliseconds");
      String address = NodeName.in(settings.text("address", ADDRESS), vertx);
      vertx.setPeriodic(interval, timer -> publishState(address));
      return Future.succeededFuture();
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(e);
    }
  }

  private void publishState(String address) {
    tenths = next(tenths, random.nextInt(-2, 3));
    vertx.eventBus().publish(address, new JsonObject().put("value", tenths / 10.0));
  }

  /** Returns the next value, within the limits. */
  static int next(int tenths, int step) {
    return Math.max(LOWEST, Math.min(HIGHEST, tenths + step));
  }
}
