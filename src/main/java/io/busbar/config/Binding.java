package io.busbar.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Makes records of a tree, and of every failure of Jackson's one sentence about a key. */
final class Binding {
  private static final int LONGEST_VALUE = 60;

  private final ObjectMapper mapper;
  private final List<String> known;

  /**
   * Will bind with this mapper.
   *
   * @param known the keys to choose from when somebody mistyped one
   */
  Binding(ObjectMapper mapper, List<String> known) {
    this.mapper = mapper;
    this.known = known;
  }

  /** Will throw ConfigException for the first key that cannot be used. */
  Config bind(Layers layers) {
    try {
      new UnknownKeys(known).refuse(layers.tree(), Config.class);
      return mapper.treeToValue(layers.tree(), Config.class);
    } catch (JsonProcessingException e) {
      String key = e instanceof JsonMappingException mapping ? key(mapping) : "";
      throw layers.locate(explain(e, key, layers.tree()));
    } catch (ConfigException e) {
      throw layers.locate(e);
    }
  }

  private ConfigException explain(JsonProcessingException e, String key, JsonNode tree) {
    if (e instanceof InvalidNullException) {
      boolean missing = tree.at(pointer(key)).isMissingNode();
      return new ConfigException(key, missing ? "is missing" : "must not be null");
    }
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigException check) {
        String full = Keys.join(key, check.key());
        return new ConfigException(full, check.what() + value(full, tree));
      }
      if (cause instanceof InputCoercionException) {
        return new ConfigException(key, "is too large" + value(key, tree));
      }
      if (cause instanceof IllegalArgumentException) {
        return new ConfigException(key, cause.getMessage() + value(key, tree));
      }
    }
    Class<?> wanted = e instanceof MismatchedInputException input ? input.getTargetType() : null;
    return new ConfigException(key, "must be " + shape(wanted) + value(key, tree));
  }

  private static String key(JsonMappingException e) {
    String key = "";
    for (JsonMappingException.Reference step : e.getPath()) {
      key =
          step.getFieldName() == null
              ? Keys.element(key, step.getIndex())
              : Keys.join(key, step.getFieldName());
    }
    return key;
  }

  private static String shape(Class<?> wanted) {
    if (wanted == null) {
      return "something else";
    }
    if (wanted.isEnum()) {
      Object[] values = wanted.getEnumConstants();
      return Checks.either(
          Arrays.stream(values).map(value -> Mapping.kebab((Enum<?>) value)).toList());
    }
    if (wanted == int.class || wanted == Integer.class) {
      return "a whole number";
    }
    if (wanted == boolean.class || wanted == Boolean.class) {
      return "true or false";
    }
    if (wanted == String.class) {
      return "text; a number or true or false needs quotes";
    }
    return Collection.class.isAssignableFrom(wanted) ? "a list like [a, b]" : "keys and values";
  }

  /** Will show what was given, shortened, and masked where it is secret. */
  static String value(String key, JsonNode tree) {
    JsonNode value = tree.at(pointer(key));
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (value.isContainerNode()) {
      return value.isArray() ? ", not a list" : ", not keys and values";
    }
    if (Secrets.hides(key)) {
      return ", not " + Secrets.MASK;
    }
    String text = Secrets.mask(value.asText());
    if (text.length() > LONGEST_VALUE) {
      text = text.substring(0, LONGEST_VALUE) + "…";
    }
    return value.isTextual() ? ", not \"" + text + "\"" : ", not " + text;
  }

  private static String pointer(String key) {
    return key.isEmpty() ? "" : "/" + key.replace("]", "").replace('[', '/').replace('.', '/');
  }
}
