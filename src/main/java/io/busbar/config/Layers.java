package io.busbar.config;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The configuration so far, with each source laid over the earlier ones, and the source of each
 * key. Used by the thread that loads.
 */
final class Layers {
  private final Map<String, Object> tree;
  private final Map<String, String> sources = new HashMap<>();

  Layers(Map<String, Object> defaults) {
    this.tree = new LinkedHashMap<>(defaults);
  }

  Map<String, Object> tree() {
    return tree;
  }

  /** Notes the source of the key, and forgets the sources of the elements of an earlier list. */
  void from(String key, String source) {
    sources.keySet().removeIf(known -> known.startsWith(key + "["));
    sources.put(key, source);
  }

  /** Returns the error with the source of its key. */
  ConfigException locate(ConfigException e) {
    return new ConfigException(source(e.key()), e.key(), e.what());
  }

  /**
   * Returns the source of the key, or else of the part that it belongs to, or else of one of its
   * parts.
   */
  private String source(String key) {
    String nearest = key;
    while (!nearest.isEmpty() && !sources.containsKey(nearest)) {
      nearest = Keys.parent(nearest);
    }
    return nearest.isEmpty() ? sourceOfPart(key) : sources.getOrDefault(nearest, "");
  }

  private String sourceOfPart(String key) {
    return sources.entrySet().stream()
        .filter(given -> given.getKey().startsWith(key + "."))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("");
  }

  /** Replaces the given values and keeps the rest; a list replaces a list. */
  void add(Map<?, ?> over) {
    tree.putAll(merge(tree, over));
  }

  private static Map<String, Object> merge(Map<?, ?> under, Map<?, ?> over) {
    Map<String, Object> merged = new LinkedHashMap<>();
    under.forEach((key, value) -> merged.put((String) key, value));
    over.forEach(
        (key, value) -> {
          merged.put(
              (String) key,
              merged.get(key) instanceof Map<?, ?> there && value instanceof Map<?, ?> more
                  ? merge(there, more)
                  : value);
        });
    return merged;
  }
}
