package io.busbar.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;

/** Keys with dots: {@code http.websocket.ping-interval}, {@code permissions[2].allow}. */
final class Keys {
  private Keys() {}

  static String join(String parent, String name) {
    return parent.isEmpty() ? name : parent + "." + name;
  }

  static String element(String parent, int index) {
    return parent + "[" + index + "]";
  }

  /**
   * Returns the key without its last part: {@code permissions[2].allow}, {@code permissions[2]}, …
   */
  static String parent(String key) {
    return key.substring(0, Math.max(0, Math.max(key.lastIndexOf('.'), key.lastIndexOf('['))));
  }

  /** Returns the keys of a tree that have a value of their own; a list is one value. */
  static List<String> of(Map<?, ?> tree) {
    List<String> keys = new ArrayList<>();
    collect("", tree, keys);
    return keys;
  }

  private static void collect(String key, Object node, List<String> keys) {
    if (node instanceof Map<?, ?> map && (key.isEmpty() || !map.isEmpty())) {
      map.forEach((name, value) -> collect(join(key, (String) name), value, keys));
    } else {
      keys.add(key);
    }
  }

  /** Returns the value of the tree at the key; null for none. */
  static @Nullable Object find(Map<?, ?> tree, String key) {
    Object found = tree;
    for (String step : key.split("[.\\[]")) {
      if (step.endsWith("]") && found instanceof List<?> list) {
        found = list.get(Integer.parseInt(step.substring(0, step.length() - 1)));
      } else {
        found = found instanceof Map<?, ?> map ? map.get(step) : null;
      }
    }
    return found;
  }

  /** Returns {@code BUSBAR_HTTP_PORT} for {@code http.port}. */
  static String variable(String key) {
    return "BUSBAR_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** Returns why a key is refused, with the nearest key or all possible ones. */
  static String unknown(String key, Collection<String> siblings, Collection<String> all) {
    if (all.contains(key)) {
      return "must be written as keys below one another, without dots";
    }
    List<String> candidates = new ArrayList<>(siblings);
    candidates.addAll(all);
    String nearest = nearest(key, candidates);
    return "is not a known key; "
        + (nearest == null
            ? "known are " + String.join(", ", siblings)
            : "did you mean " + nearest + "?");
  }

  /** Returns the nearest candidate; null when none is near. */
  static @Nullable String nearest(String key, Collection<String> candidates) {
    int limit = Math.max(2, key.length() / 3);
    LevenshteinDistance distance = new LevenshteinDistance(limit);
    String nearest = null;
    int least = limit + 1;
    for (String candidate : candidates) {
      int found = misplaced(key, candidate) ? 1 : distance.apply(key, candidate);
      if (found >= 0 && found < least) {
        nearest = candidate;
        least = found;
      }
    }
    return nearest;
  }

  private static boolean misplaced(String key, String candidate) {
    return candidate.endsWith("." + key.substring(key.lastIndexOf('.') + 1));
  }
}
