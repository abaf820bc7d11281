package io.busbar.config;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is configured so far, each source laid over the ones before, and where each key came from.
 * Belongs to the thread that loads.
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

  /** Will remember who gave the key last, and forget the elements of the list it was before. */
  void from(String key, String source) {
    sources.keySet().removeIf(known -> known.startsWith(key + "["));
    sources.put(key, source);
  }

  /** Will return the same with the source of its key. */
  ConfigException locate(ConfigException e) {
    return new ConfigException(source(e.key()), e.key(), e.what());
  }

  /** Will return the source of the key, else of what it is part of, else of a part of it. */
  private String source(String key) {
    String nearest = key;
    while (!nearest.isEmpty() && !sources.containsKey(nearest)) {
      nearest = Keys.parent(nearest);
    }
    return nearest.isEmpty() ? sourceOfPart(key) : sources.get(nearest);
  }

  private String sourceOfPart(String key) {
    return sources.entrySet().stream()
        .filter(given -> given.getKey().startsWith(key + "."))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("");
  }

  /** Will replace what the tree gives, and keep the rest; a list replaces a list. */
  void add(Map<?, ?> over) {
    tree.putAll(merge(tree, over));
  }

  private static Map<String, Object> merge(Map<?, ?> under, Map<?, ?> over) {
    Map<String, Object> merged = new LinkedHashMap<>();
    under.forEach((key, value) -> merged.put((String) key, value));
    over.forEach(
        (key, value) -> {
          boolean both = merged.get(key) instanceof Map && value instanceof Map;
          merged.put(
              (String) key, both ? merge((Map<?, ?>) merged.get(key), (Map<?, ?>) value) : value);
        });
    return merged;
  }
}
