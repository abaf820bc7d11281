package io.busbar.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The binding of a tree of values to records; a value that does not fit is a ConfigException with
 * the full key. Written by hand, because a library took a third of a second of CPU at each start.
 * Used by the thread that loads.
 */
final class Binding {
  private static final int LONGEST_VALUE = 60;

  private final List<String> known;

  /** Creates a binding that suggests the nearest of these keys for a mistyped one. */
  Binding(List<String> known) {
    this.known = known;
  }

  /** Returns the configuration; throws ConfigException for the first key that cannot be used. */
  Config bind(Map<String, Object> tree) {
    return (Config) record("", tree, Config.class);
  }

  /** Returns a record of that type. */
  <T extends Record> T bind(Map<String, Object> tree, Class<T> type) {
    return type.cast(record("", tree, type));
  }

  private Object bind(String key, Object value, Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic.getRawType() == List.class
          ? list(key, value, generic.getActualTypeArguments()[0])
          : map(key, value);
    }
    Class<?> wanted = (Class<?>) type;
    if (wanted == Duration.class) {
      return written(key, value, Durations::parse);
    }
    if (wanted == Size.class) {
      return written(key, value, Size::parse);
    }
    if (wanted == Placement.class) {
      return written(key, value, Placement::parse);
    }
    return wanted.isRecord() ? record(key, value, wanted) : scalar(key, value, wanted);
  }

  private Object record(String key, Object value, Class<?> type) {
    Map<?, ?> given = map(key, value);
    Map<String, RecordComponent> components = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      components.put(RecordTree.key(component), component);
    }
    for (Object name : given.keySet()) {
      if (!components.containsKey(name)) {
        throw unknown(key, Keys.join(key, name.toString()), components);
      }
    }
    List<Object> parts = new ArrayList<>();
    List<Class<?>> types = new ArrayList<>();
    components.forEach(
        (name, component) -> {
          parts.add(part(Keys.join(key, name), name, given, component));
          types.add(component.getType());
        });
    return construct(key, given, type, types, parts);
  }

  private @Nullable Object part(
      String key, String name, Map<?, ?> given, RecordComponent component) {
    Object value = given.get(name);
    if (value instanceof String && component.isAnnotationPresent(OneOrMore.class)) {
      return bind(key, List.of(value), component.getGenericType());
    }
    if (value != null) {
      return bind(key, value, component.getGenericType());
    }
    if (component.isAnnotationPresent(MayBeAbsent.class)) {
      return null;
    }
    throw new ConfigException(key, given.containsKey(name) ? "must not be null" : "is missing");
  }

  private static Object construct(
      String key, Map<?, ?> given, Class<?> type, List<Class<?>> types, List<Object> parts) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
      return constructor.newInstance(parts.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof ConfigException check) {
        String full = Keys.join(key, check.key());
        throw new ConfigException(full, check.what() + not(full, Keys.find(given, check.key())));
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private ConfigException unknown(
      String parent, String key, Map<String, RecordComponent> components) {
    List<String> siblings =
        components.keySet().stream().map(name -> Keys.join(parent, name)).toList();
    return new ConfigException(key, Keys.unknown(key, siblings, known));
  }

  private List<Object> list(String key, Object value, Type type) {
    if (!(value instanceof List<?> given)) {
      throw bad(key, "must be a list like [a, b]", value);
    }
    List<Object> list = new ArrayList<>();
    for (Object element : given) {
      String path = Keys.element(key, list.size());
      if (element == null) {
        throw new ConfigException(path, "must not be null");
      }
      list.add(bind(path, element, type));
    }
    return list;
  }

  private static Map<?, ?> map(String key, Object value) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw bad(key, "must be keys and values", value);
  }

  private static <T> T written(String key, Object value, Function<String, T> parse) {
    try {
      return parse.apply(value instanceof String || value instanceof Integer ? "" + value : "");
    } catch (IllegalArgumentException e) {
      throw bad(key, Reason.of(e), value);
    }
  }

  private static Object scalar(String key, Object value, Class<?> wanted) {
    if (wanted.isEnum()) {
      return constant(key, value, wanted);
    }
    if (wanted == String.class) {
      String what = "must be text; a number or true or false needs quotes";
      return exactly(String.class, key, what, value);
    }
    if (wanted == boolean.class || wanted == Boolean.class) {
      return exactly(Boolean.class, key, "must be true or false", value);
    }
    if (wanted != int.class && wanted != Integer.class) {
      throw new IllegalStateException("no way to read a " + wanted);
    }
    boolean large = value instanceof Long || value instanceof BigInteger;
    return exactly(Integer.class, key, large ? "is too large" : "must be a whole number", value);
  }

  private static Object exactly(Class<?> type, String key, String what, Object value) {
    if (type.isInstance(value)) {
      return value;
    }
    throw bad(key, what, value);
  }

  private static Object constant(String key, Object value, Class<?> type) {
    List<String> names = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      String name = RecordTree.name((Enum<?>) constant);
      if (name.equalsIgnoreCase(value.toString())) {
        return constant;
      }
      names.add(name);
    }
    throw bad(key, "must be " + Checks.either(names), value);
  }

  private static ConfigException bad(String key, String what, Object value) {
    return new ConfigException(key, what + not(key, value));
  }

  /** Returns the given value for an error text: shortened, and masked where it is secret. */
  static String not(String key, @Nullable Object value) {
    if (value == null) {
      return "";
    }
    if (value instanceof Map || value instanceof List) {
      return value instanceof List ? ", not a list" : ", not keys and values";
    }
    if (Secrets.hides(key)) {
      return ", not " + Secrets.MASK;
    }
    String text = Secrets.mask(value.toString());
    if (text.length() > LONGEST_VALUE) {
      text = text.substring(0, LONGEST_VALUE) + "…";
    }
    return value instanceof String ? ", not \"" + text + "\"" : ", not " + text;
  }
}
