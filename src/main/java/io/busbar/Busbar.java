package io.busbar;

import io.busbar.config.Config;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** Arguments, config, cluster, deploy. */
public final class Busbar {
  private Busbar() {}

  public static void main(String[] arguments) {
    Config config = Config.defaults();
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(Integer.getInteger("loops", 2)));
    config.features().forEach(f -> vertx.deployVerticle(f.verticle(), new DeploymentOptions()));
    Gateway.open(vertx, config).onComplete(r -> System.out.println(r));
  }
}
