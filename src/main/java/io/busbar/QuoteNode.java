package io.busbar;

import io.busbar.config.Config;
import io.busbar.feature.QuoteVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;

/** The daemon of prices, alone: QuoteVerticle as the features list has it, and no gateway. */
final class QuoteNode implements Running {
  private static final String VERTICLE = QuoteVerticle.class.getName();

  private final Vertx vertx;
  private final Features features;

  private QuoteNode(Vertx vertx, Features features) {
    this.vertx = vertx;
    this.features = features;
  }

  /** Will complete when it takes work. A failure leaves nothing running. */
  static Future<Running> start(Config config) {
    return Node.vertx(config).compose(vertx -> start(vertx, config));
  }

  private static Future<Running> start(Vertx vertx, Config config) {
    Features features = Features.find(listed(config));
    return features
        .deploy(vertx)
        .<Running>map(deployed -> new QuoteNode(vertx, features))
        .recover(e -> vertx.close().transform(closed -> Future.failedFuture(e)));
  }

  /** The verticle as the list has it; without a configuration where it does not. */
  private static List<Config.Feature> listed(Config config) {
    List<Config.Feature> listed =
        config.features().stream().filter(each -> each.verticle().equals(VERTICLE)).toList();
    return listed.isEmpty() ? List.of(new Config.Feature(VERTICLE, null, null)) : listed;
  }

  @Override
  public String offer() {
    return "quotes for stocks.work";
  }

  @Override
  public Future<Void> close() {
    return features.undeploy(vertx).compose(undeployed -> vertx.close());
  }
}
