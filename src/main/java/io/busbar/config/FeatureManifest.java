package io.busbar.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an archive says of the feature in it: {@code META-INF/busbar.yaml}.
 *
 * @param name what it is known by; letters, digits, dots, dashes
 * @param version as its author counts; empty where it says none
 * @param verticle the class to deploy
 * @param instances of the verticle
 * @param config what the verticle finds as its configuration
 * @param services endpoints that it brings, as the configuration's
 * @param http the paths of the HTTP port at which it answers
 * @param permissions rules that count after the configuration's
 * @param channels rules that count after the configuration's
 * @param queues rules that count after the configuration's
 */
public record FeatureManifest(
    String name,
    @MayBeAbsent String version,
    String verticle,
    @MayBeAbsent Placement instances,
    @MayBeAbsent Map<String, Object> config,
    @MayBeAbsent List<ServiceConfig> services,
    @MayBeAbsent List<HttpRoute> http,
    @MayBeAbsent List<Permission> permissions,
    @MayBeAbsent List<ChannelRule> channels,
    @MayBeAbsent List<QueuesConfig.Rule> queues) {
  /** Where it is in the archive. */
  public static final String PLACE = "META-INF/busbar.yaml";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final int LONGEST_VERSION = 64;

  public FeatureManifest {
    Checks.require(
        NAME.matcher(name).matches(),
        "name",
        "must be 1 to 64 letters, digits, dots and dashes, and begin with a letter or digit");
    version = version == null ? "" : version;
    Checks.require(
        version.length() <= LONGEST_VERSION,
        "version",
        "must have at most " + LONGEST_VERSION + " characters");
    Checks.text("verticle", verticle);
    instances = instances == null ? Placement.ofOne() : instances;
    config = config == null ? Map.of() : config;
    services = orNone(services);
    http = orNone(http);
    permissions = orNone(permissions);
    channels = orNone(channels);
    queues = orNone(queues);
  }

  /**
   * Reads it.
   *
   * @throws ConfigException for the first key that cannot be used
   */
  public static FeatureManifest read(String yaml) {
    return new Binding(List.of()).bind(tree(PLACE, yaml), FeatureManifest.class);
  }

  /**
   * Keys and values in YAML.
   *
   * @param source what a fault is said to be in
   * @throws ConfigException where it is none
   */
  public static Map<String, Object> tree(String source, String yaml) {
    try {
      Object tree = YamlTree.read(yaml, "", (key, line) -> {});
      if (tree instanceof Map<?, ?> keys) {
        @SuppressWarnings("unchecked")
        Map<String, Object> named = (Map<String, Object>) keys;
        return named;
      }
      throw new ConfigException(source, "", "must be keys and values");
    } catch (YamlTree.Malformed e) {
      throw new ConfigException(source + ":" + e.line(), "", e.getMessage());
    }
  }

  /** The same under another name, and with more configuration, which counts before its own. */
  public FeatureManifest with(@Nullable String otherName, Map<String, Object> more) {
    Map<String, Object> all = new LinkedHashMap<>(config);
    all.putAll(more);
    return new FeatureManifest(
        otherName == null ? name : otherName,
        version,
        verticle,
        instances,
        all,
        services,
        http,
        permissions,
        channels,
        queues);
  }

  private static <T> List<T> orNone(@Nullable List<T> given) {
    return given == null ? List.of() : List.copyOf(given);
  }

  /** Whether it brings what must be the same on all nodes of a cluster. */
  public boolean isForAllNodes() {
    return instances.isForCluster() || !channels.isEmpty() || !queues.isEmpty();
  }

  /** The paths of it, as a feature of the configuration. */
  FeatureConfig asFeature() {
    return new FeatureConfig(verticle, instances.instances(), config, http);
  }
}
