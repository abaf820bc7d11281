package io.busbar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.busbar.config.Config;
import io.busbar.config.ConfigLoader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** Tests the unit and the manifest of deployment.md, as far as this machine can. */
final class DeploymentPageTest {
  private static final Path PAGE = Path.of("src", "site", "markdown", "deployment.md");
  private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");

  @TempDir private Path folder;

  /** The indented block whose first line is this. */
  private static String block(String first) throws IOException {
    StringBuilder block = new StringBuilder();
    boolean inside = false;
    for (String line : Files.readAllLines(PAGE)) {
      inside |= line.equals("    " + first);
      if (inside && !line.isBlank() && !line.startsWith("    ")) {
        break;
      }
      if (inside) {
        block.append(line.isBlank() ? "" : line.substring(4)).append('\n');
      }
    }
    return block.toString();
  }

  @Test
  void systemdUnitIsValid() throws Exception {
    assumeThat(ANALYZE).exists();
    Path unit = folder.resolve("busbar.service");
    Files.writeString(unit, block("[Unit]").replace("/usr/bin/java", TestJvm.java()));
    Process verify =
        new ProcessBuilder(ANALYZE.toString(), "verify", "--man=no", unit.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(verify.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(said.lines().filter(line -> line.contains("busbar"))).isEmpty();
  }

  private static Map<String, Object> object(Map<?, ?> in, String... path) {
    Object found = in;
    for (String key : path) {
      found = ((Map<?, ?>) found).get(key);
    }
    Map<String, Object> copy = new HashMap<>();
    ((Map<?, ?>) found).forEach((key, value) -> copy.put((String) key, value));
    return copy;
  }

  private static List<Map<String, Object>> list(Map<?, ?> in, String key) {
    List<Map<String, Object>> all = new ArrayList<>();
    ((List<?>) in.get(key)).forEach(one -> all.add(object((Map<?, ?>) one)));
    return all;
  }

  @Test
  void kubernetesManifestMatchesTheConfig() throws IOException {
    Map<String, Map<String, Object>> byKind = new HashMap<>();
    for (Object document : new Yaml().loadAll(block("apiVersion: v1"))) {
      Map<String, Object> one = object((Map<?, ?>) document);
      byKind.put(one.get("kind") + " " + object(one, "metadata").get("name"), one);
    }
    assertThat(byKind)
        .containsOnlyKeys("Service busbar-nodes", "Service busbar", "Deployment busbar");
    Map<String, Object> pod = object(byKind.get("Deployment busbar"), "spec", "template", "spec");
    Map<String, Object> container = list(pod, "containers").get(0);
    Config config = ConfigLoader.load(null, environment(container), List.of());

    long most = config.shutdown().pause().toSeconds() + config.shutdown().timeout().toSeconds();
    assertThat((int) pod.get("terminationGracePeriodSeconds")).isGreaterThan((int) most);
    assertThat(config.admin().host()).isEqualTo("0.0.0.0");
    Map<Object, Object> ports = new HashMap<>();
    list(container, "ports")
        .forEach(port -> ports.put(port.get("name"), port.get("containerPort")));
    assertThat(ports)
        .containsEntry("http", config.http().port())
        .containsEntry("stomp", config.stomp().port())
        .containsEntry("admin", config.admin().port());
    String contract = Files.readString(Path.of("src", "main", "resources", "openapi.yaml"));
    for (String probe : new String[] {"readinessProbe", "livenessProbe"}) {
      Map<String, Object> get = object(container, probe, "httpGet");
      assertThat(contract).contains("\n  " + get.get("path") + ":\n");
      assertThat(get.get("port")).isEqualTo("admin");
    }
    list(object(byKind.get("Service busbar"), "spec"), "ports")
        .forEach(port -> assertThat(ports).containsKey(port.get("targetPort")));
  }

  private static Map<String, String> environment(Map<String, Object> container) {
    Map<String, String> environment = new HashMap<>();
    for (Map<String, Object> variable : list(container, "env")) {
      Object value = variable.getOrDefault("value", "a secret of the cluster's");
      environment.put((String) variable.get("name"), (String) value);
    }
    return environment;
  }
}
