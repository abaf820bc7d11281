package io.busbar.config;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The conversion of records to a tree for YAML: keys in kebab-case, values with their units. */
final class RecordTree {
  private RecordTree() {}

  /** Returns the tree without null values. */
  static Map<String, Object> of(Record value) {
    Map<String, Object> tree = new LinkedHashMap<>();
    try {
      for (RecordComponent component : value.getClass().getRecordComponents()) {
        Object part = component.getAccessor().invoke(value);
        if (part != null) {
          tree.put(key(component), node(part));
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    return tree;
  }

  private static Object node(Object value) {
    if (value instanceof Record inner && !(value instanceof Size)) {
      return of(inner);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(RecordTree::node).toList();
    }
    if (value instanceof Duration duration) {
      return Durations.write(duration);
    }
    if (value instanceof Enum<?> constant) {
      return name(constant);
    }
    return value instanceof Size ? value.toString() : value;
  }

  /** Returns {@code event-loops} for {@code eventLoops}. */
  static String key(RecordComponent component) {
    StringBuilder key = new StringBuilder();
    for (char character : component.getName().toCharArray()) {
      if (Character.isUpperCase(character)) {
        key.append('-');
      }
      key.append(Character.toLowerCase(character));
    }
    return key.toString();
  }

  /** Returns {@code drop-oldest} for {@code DROP_OLDEST}. */
  static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
