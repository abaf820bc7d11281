package io.busbar.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The loader of the configuration. It starts with the defaults, and lays a YAML file, the
 * environment and the command line over them, key by key. A value that cannot be used is a {@link
 * ConfigException}. Used by one thread.
 */
public final class ConfigLoader {
  /** Default name of the file. */
  public static final String FILE = "config/busbar.yaml";

  private static final String VARIABLES = "BUSBAR_";
  private static final String TEST_VARIABLES = "BUSBAR_TEST_";

  private final Map<String, Object> defaults = RecordTree.of(Config.defaults());
  private final List<String> known = Keys.of(defaults);
  private final Layers layers = new Layers(defaults);

  private ConfigLoader() {}

  /**
   * Returns the configuration from all these sources.
   *
   * @param file null for {@link #FILE} in the working directory or beside the jar, if it exists
   * @param environment each variable that starts with BUSBAR_ must be a key, except those with
   *     BUSBAR_TEST_
   * @param settings texts {@code key=value}; the last one for a key counts
   */
  public static Config load(
      @Nullable Path file, Map<String, String> environment, List<String> settings) {
    ConfigLoader loader = new ConfigLoader();
    source(file).ifPresent(loader::addFile);
    loader.addEnvironment(new TreeMap<>(environment));
    settings.forEach(loader::addSetting);
    return loader.bind();
  }

  /** Returns the file that {@link #load} would read now; empty for none. */
  public static Optional<Path> source(@Nullable Path file) {
    return file == null ? Home.find(FILE) : Optional.of(file);
  }

  /** Returns the keys with different values; a list is one value. */
  public static List<String> differences(Config one, Config other) {
    Map<String, Object> left = RecordTree.of(one);
    Map<String, Object> right = RecordTree.of(other);
    Set<String> keys = new TreeSet<>(Keys.of(left));
    keys.addAll(Keys.of(right));
    return keys.stream()
        .filter(key -> !Objects.equals(Keys.find(left, key), Keys.find(right, key)))
        .toList();
  }

  /** Returns YAML that {@link #load} can read; secrets in it are masked. */
  public static String write(Config config) {
    return YamlTree.write(Secrets.maskTree(RecordTree.of(config)));
  }

  private Config bind() {
    try {
      return new Binding(known).bind(layers.tree());
    } catch (ConfigException e) {
      throw layers.locate(e);
    }
  }

  private void addFile(Path file) {
    String text = text(file);
    try {
      YamlTree.Lines lines = (key, line) -> layers.from(key, file + ":" + line);
      Object tree = YamlTree.read(text, "", lines);
      if (tree instanceof Map<?, ?> keys) {
        layers.add(keys);
      } else if (tree != null) {
        throw new ConfigException(file.toString(), "", "must be keys and values");
      }
    } catch (YamlTree.Malformed e) {
      String source = e.line() == 0 ? file.toString() : file + ":" + e.line();
      throw new ConfigException(source, "", Reason.of(e));
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigException(file.toString(), "", "there is no such file");
    } catch (AccessDeniedException e) {
      throw new ConfigException(file.toString(), "", "may not be read");
    } catch (CharacterCodingException e) {
      throw new ConfigException(file.toString(), "", "is not UTF-8");
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "", "cannot be read: " + Reason.of(e));
    }
  }

  private void addEnvironment(Map<String, String> environment) {
    List<String> variables = known.stream().map(Keys::variable).toList();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(VARIABLES) && !name.startsWith(TEST_VARIABLES)) {
            int index = variables.indexOf(name);
            if (index < 0) {
              String nearest = Keys.nearest(name, variables);
              String hint = nearest == null ? "" : "; did you mean " + nearest + "?";
              throw new ConfigException(name, "", "is not a known variable" + hint);
            }
            addValue(name, known.get(index), value);
          }
        });
  }

  private void addSetting(String setting) {
    int equals = setting.indexOf('=');
    if (equals < 1) {
      String what = "must be written key=value, like http.port=9000";
      throw new ConfigException("--set " + setting, "", what);
    }
    String key = setting.substring(0, equals).strip();
    if (key.indexOf('[') >= 0) {
      throw new ConfigException("--set", key, "cannot be set alone; set the whole list");
    }
    if (key.startsWith(".") || key.endsWith(".") || key.contains("..")) {
      throw new ConfigException("--set", key, "is not a key like http.port");
    }
    addValue("--set", key, setting.substring(equals + 1));
  }

  private void addValue(String source, String key, String text) {
    try {
      layers.from(key, source);
      Object value = YamlTree.read(text, key, (inner, line) -> layers.from(inner, source));
      boolean container = value instanceof Map || value instanceof List;
      boolean asWritten = text.isBlank() || (isText(key) && !container);
      layers.add(nested(key, asWritten && !(value instanceof String) ? text : value));
    } catch (YamlTree.Malformed e) {
      throw new ConfigException(source, key, Reason.of(e));
    }
  }

  /** Returns whether the key has a text, so that a value like 123 or true stays a text. */
  private boolean isText(String key) {
    return Keys.find(defaults, key) instanceof String;
  }

  private static Map<String, Object> nested(String key, @Nullable Object value) {
    Object inner = value;
    String outer = key;
    for (int dot = outer.lastIndexOf('.'); dot >= 0; dot = outer.lastIndexOf('.')) {
      inner = Collections.singletonMap(outer.substring(dot + 1), inner);
      outer = outer.substring(0, dot);
    }
    return Collections.singletonMap(outer, inner);
  }
}
