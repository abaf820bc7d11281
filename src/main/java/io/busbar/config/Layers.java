package io.busbar.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;

/**
 * What is configured so far, each source laid over the ones before, and where each key came from.
 * Belongs to the thread that loads.
 */
final class Layers {
  private final ObjectNode tree;
  private final Map<String, String> sources = new HashMap<>();

  Layers(ObjectNode defaults) {
    this.tree = defaults;
  }

  JsonNode tree() {
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
    String nearest = nearestGiven(key);
    return sources.entrySet().stream()
        .filter(given -> given.getKey().equals(nearest) || given.getKey().startsWith(key + "."))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("");
  }

  private String nearestGiven(String key) {
    String nearest = key;
    while (!nearest.isEmpty() && !sources.containsKey(nearest)) {
      nearest = Keys.parent(nearest);
    }
    return nearest;
  }

  /** Will replace what the tree gives, and keep the rest; a list replaces a list. */
  void add(ObjectNode over) {
    merge("", tree, over);
  }

  private void merge(String key, ObjectNode under, ObjectNode over) {
    over.properties()
        .forEach(
            field -> {
              String path = Keys.join(key, field.getKey());
              JsonNode value = field.getValue();
              if (value instanceof ObjectNode inner
                  && under.get(field.getKey()) instanceof ObjectNode known) {
                merge(path, known, inner);
              } else {
                under.set(field.getKey(), value);
              }
            });
  }
}
