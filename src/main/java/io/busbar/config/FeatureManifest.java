package io.busbar.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The description of a feature in its archive: {@code META-INF/busbar.yaml}.
 *
 * @param name name of the feature: letters, digits, dots and dashes
 * @param version version from its author; empty for none
 * @param verticle class to deploy
 * @param instances number of instances of the verticle
 * @param config value that the verticle finds as its configuration
 * @param services endpoints of the feature, in the form of the configuration
 * @param http paths of the HTTP port that it serves
 * @param permissions rules that count after those of the configuration
 * @param channels rules that count after those of the configuration
 * @param queues rules that count after those of the configuration
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
  /** Path of the file in the archive. */
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
   * Reads the description.
   *
   * @throws ConfigException for the first key that cannot be used
   */
  public static FeatureManifest read(String yaml) {
    return new Binding(List.of()).bind(tree(PLACE, yaml), FeatureManifest.class);
  }

  /**
   * Reads keys and values in YAML.
   *
   * @param source name of the text for error messages
   * @throws ConfigException where the text has another form
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

  /** Returns it with another name and more configuration, whose values count before its own. */
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

  /** Returns whether it has parts that must be the same on all nodes of a cluster. */
  public boolean isForAllNodes() {
    return instances.isForCluster() || !channels.isEmpty() || !queues.isEmpty();
  }

  /** Returns its paths as a feature of the configuration. */
  FeatureConfig asFeature() {
    return new FeatureConfig(verticle, instances.instances(), config, http);
  }
}
