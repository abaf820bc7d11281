package io.busbar.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** config/busbar.yaml, which people read to learn what there is, and the defaults: the same. */
final class ConfigFileTest {
  private static final Path FILE = Path.of("config", "busbar.yaml");

  private final ObjectMapper mapper = Mapping.mapper();
  private final JsonNode defaults = mapper.valueToTree(Config.defaults());

  @Test
  void shippedFileSaysWhatTheDefaultsSay() {
    assertThat(ConfigLoader.load(FILE, Map.of(), List.of())).isEqualTo(Config.defaults());
  }

  @Test
  void shippedFileHasEveryKeyAndNoOther() throws Exception {
    assertThat(keys(read())).isEqualTo(keys(defaults));
  }

  @Test
  void keyThatIsRemovedFromTheFileIsNoticed() throws Exception {
    for (String key : Keys.of(defaults)) {
      JsonNode without = read();
      String parent = Keys.parent(key);
      JsonNode object = parent.isEmpty() ? without : without.at("/" + parent.replace('.', '/'));
      ((ObjectNode) object).remove(key.substring(key.lastIndexOf('.') + 1));
      assertThat(keys(without)).as(key).isNotEqualTo(keys(defaults));
    }
  }

  private static JsonNode read() throws Exception {
    return YamlTree.read(Files.readString(FILE), "", (key, line) -> {});
  }

  private static List<String> keys(JsonNode tree) {
    List<String> keys = new ArrayList<>(Keys.of(tree));
    for (String list : List.of("services", "features", "permissions", "channels")) {
      tree.path(list).forEach(element -> keys.addAll(Keys.of(element)));
    }
    tree.at("/stomp/destinations").forEach(element -> keys.addAll(Keys.of(element)));
    return keys;
  }
}
