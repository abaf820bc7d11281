package io.busbar.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests that config/busbar.yaml, which people read for all keys, equals the defaults. */
final class ConfigFileTest {
  private static final Path FILE = Path.of("config", "busbar.yaml");

  private final Map<String, Object> defaults = RecordTree.of(Config.defaults());

  @Test
  void shippedFileEqualsTheDefaults() {
    assertThat(ConfigLoader.load(FILE, Map.of(), List.of())).isEqualTo(Config.defaults());
  }

  @Test
  void shippedFileHasEveryKeyAndNoOther() throws Exception {
    assertThat(keys(read())).isEqualTo(keys(defaults));
  }

  @Test
  void missingKeyIsDetected() throws Exception {
    for (String key : Keys.of(defaults)) {
      Map<?, ?> without = read();
      String parent = Keys.parent(key);
      Map<?, ?> map = parent.isEmpty() ? without : (Map<?, ?>) Keys.find(without, parent);
      assertThat(map.remove(key.substring(key.lastIndexOf('.') + 1))).isNotNull();
      assertThat(keys(without)).as(key).isNotEqualTo(keys(defaults));
    }
  }

  private static Map<?, ?> read() throws Exception {
    return (Map<?, ?>) YamlTree.read(Files.readString(FILE), "", (key, line) -> {});
  }

  private static List<String> keys(Map<?, ?> tree) {
    List<String> keys = new ArrayList<>(Keys.of(tree));
    for (String list :
        List.of(
            "services", "topics", "features", "permissions", "channels", "stomp.destinations")) {
      if (Keys.find(tree, list) instanceof List<?> elements) {
        elements.forEach(element -> keys.addAll(Keys.of((Map<?, ?>) element)));
      }
    }
    return keys;
  }
}
