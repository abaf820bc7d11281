package io.busbar.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for keys that no record has, before anything is bound: Jackson would first miss the key
 * that somebody mistyped.
 */
final class UnknownKeys {
  private static final PropertyNamingStrategies.KebabCaseStrategy NAMES =
      new PropertyNamingStrategies.KebabCaseStrategy();

  private final List<String> known;

  /** Will suggest one of these keys when it comes nearest. */
  UnknownKeys(List<String> known) {
    this.known = known;
  }

  /** Will throw ConfigException for the first one. */
  void refuse(JsonNode tree, Type type) {
    refuse("", tree, type);
  }

  private void refuse(String key, JsonNode node, Type type) {
    if (node.isArray() && type instanceof ParameterizedType list) {
      for (int i = 0; i < node.size(); i++) {
        refuse(Keys.element(key, i), node.get(i), list.getActualTypeArguments()[0]);
      }
    } else if (node instanceof ObjectNode object && type instanceof Class<?> c && c.isRecord()) {
      Map<String, Type> components = components(c);
      object
          .properties()
          .forEach(
              field -> {
                String path = Keys.join(key, field.getKey());
                if (!components.containsKey(field.getKey())) {
                  throw unknown(key, path, components);
                }
                refuse(path, field.getValue(), components.get(field.getKey()));
              });
    }
  }

  private ConfigException unknown(String parent, String key, Map<String, Type> components) {
    List<String> siblings =
        components.keySet().stream().map(name -> Keys.join(parent, name)).toList();
    return new ConfigException(key, Keys.unknown(key, siblings, known));
  }

  private static Map<String, Type> components(Class<?> type) {
    Map<String, Type> components = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      components.put(NAMES.translate(component.getName()), component.getGenericType());
    }
    return components;
  }
}
