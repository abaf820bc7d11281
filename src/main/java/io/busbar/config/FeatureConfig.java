package io.busbar.config;

import java.util.List;
import java.util.Map;

/**
 * A verticle to deploy.
 *
 * @param verticle class on the class path
 * @param instances number of instances, spread over the event loops; null for one
 * @param config value that the verticle finds in its {@code config()}
 * @param http paths of the HTTP port that it serves
 */
public record FeatureConfig(
    String verticle,
    @MayBeAbsent Integer instances,
    @MayBeAbsent Map<String, Object> config,
    @MayBeAbsent List<HttpRoute> http) {
  public FeatureConfig {
    Checks.text("verticle", verticle);
    instances = instances == null ? 1 : instances;
    Checks.between("instances", instances, 1, 1000);
    config = config == null ? Map.of() : config;
    http = http == null ? List.of() : List.copyOf(http);
  }

  /** One with the defaults of all else. */
  public static FeatureConfig of(String verticle) {
    return new FeatureConfig(verticle, 1, Map.of(), List.of());
  }

  /** Returns the features in the jar, which run unless a file names others. */
  static List<FeatureConfig> shipped() {
    return List.of(
        of("io.busbar.feature.EchoVerticle"),
        of("io.busbar.feature.ChatVerticle"),
        new FeatureConfig(
            "io.busbar.feature.PusherChatVerticle",
            1,
            Map.of("idle", 600_000),
            List.of(
                HttpRoute.ofPost("/login", "chat.http.login"),
                HttpRoute.ofPost("/nickname", "chat.http.nickname"),
                HttpRoute.ofPost("/chat", "chat.http.say"))),
        of("io.busbar.feature.QuoteVerticle"),
        new FeatureConfig(
            "io.busbar.feature.StockVerticle", 1, Map.of("interval", 1000), List.of()),
        of("io.busbar.feature.ThermometerVerticle"),
        of("io.busbar.feature.RelayVerticle"));
  }
}
