package io.busbar.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.hub.Payload;
import io.busbar.queue.store.QueueMessage;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** The page api.md has all that openapi.yaml has, and its curl lines work as it says. */
final class ApiPageTest {
  private static final Path PAGE = Path.of("src", "site", "markdown", "api.md");
  private static final Pattern HEADING = Pattern.compile("### `([A-Z]+ /\\S*)`");
  private static final Pattern PARAMETER = Pattern.compile("\\| `(\\w+)` \\| (query|path) \\|.*");
  private static final Pattern STATUS = Pattern.compile("\\| (\\d{3}) \\|.*");
  private static final String TOKEN = "a-token-of-16-or-more";
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

  @TempDir private Path folder;

  /** One operation, as the page or the contract describes it. */
  private record Operation(Set<String> parameters, Set<String> answers, List<String> examples) {
    Operation() {
      this(new TreeSet<>(), new TreeSet<>(), new ArrayList<>());
    }
  }

  private static Map<String, Operation> page;
  private static Map<String, Operation> contract;

  @BeforeAll
  static void read() throws IOException {
    page = page();
    contract = contract();
  }

  private static Map<String, Operation> page() throws IOException {
    Map<String, Operation> all = new LinkedHashMap<>();
    Operation at = new Operation();
    for (String line : Files.readAllLines(PAGE)) {
      Matcher heading = HEADING.matcher(line);
      Matcher parameter = PARAMETER.matcher(line);
      Matcher status = STATUS.matcher(line);
      if (heading.matches()) {
        at = new Operation();
        all.put(heading.group(1), at);
      } else if (line.startsWith("#")) {
        at = new Operation();
      } else if (parameter.matches()) {
        at.parameters().add(parameter.group(1) + " in the " + parameter.group(2));
      } else if (status.matches()) {
        at.answers().add(status.group(1));
      } else if (line.startsWith("    curl ")) {
        at.examples().add(line.strip());
      }
    }
    return all;
  }

  private static Map<String, Operation> contract() throws IOException {
    Map<String, Operation> all = new TreeMap<>();
    try (InputStream file = ApiPageTest.class.getResourceAsStream("/openapi.yaml")) {
      Map<?, ?> root = new Yaml().load(file);
      ((Map<?, ?>) root.get("paths"))
          .forEach((path, item) -> operations(root, (String) path, (Map<?, ?>) item, all));
    }
    return all;
  }

  private static void operations(
      Map<?, ?> root, String path, Map<?, ?> item, Map<String, Operation> all) {
    item.forEach(
        (method, said) -> {
          if (METHODS.contains(method)) {
            Map<?, ?> operation = (Map<?, ?>) said;
            Operation found = new Operation();
            parameters(root, item.get("parameters"), found);
            parameters(root, operation.get("parameters"), found);
            ((Map<?, ?>) operation.get("responses"))
                .keySet()
                .forEach(status -> found.answers().add(String.valueOf(status)));
            all.put(((String) method).toUpperCase(Locale.ROOT) + " " + path, found);
          }
        });
  }

  private static void parameters(Map<?, ?> root, Object listed, Operation into) {
    if (listed != null) {
      for (Object one : (List<?>) listed) {
        Map<?, ?> parameter = (Map<?, ?>) one;
        if (parameter.get("$ref") instanceof String reference) {
          parameter = referred(root, reference);
        }
        into.parameters().add(parameter.get("name") + " in the " + parameter.get("in"));
      }
    }
  }

  private static Map<?, ?> referred(Map<?, ?> root, String reference) {
    Object found = root;
    for (String step : reference.substring("#/".length()).split("/")) {
      found = ((Map<?, ?>) found).get(step);
    }
    return (Map<?, ?>) found;
  }

  @Test
  void pageHasTheOperationsOfTheContract() {
    assertThat(contract).hasSizeGreaterThan(15);
    Set<String> missing = new TreeSet<>(contract.keySet());
    missing.removeAll(page.keySet());
    assertThat(missing)
        .as("openapi.yaml has them. Add to %s for each: a heading '### `METHOD /path`'", PAGE)
        .isEmpty();
    Set<String> gone = new TreeSet<>(page.keySet());
    gone.removeAll(contract.keySet());
    assertThat(gone)
        .as("%s has them, openapi.yaml has not: add them there, or take them off the page", PAGE)
        .isEmpty();
  }

  @Test
  void operationsHaveTheParametersAndAnswersOfTheContract() {
    contract.forEach(
        (name, said) -> {
          Operation told = page.getOrDefault(name, new Operation());
          assertThat(told.parameters())
              .as(
                  "parameters of %s, as openapi.yaml has them. One is a row of its table in %s:"
                      + " '| `name` | query or path | meaning |'",
                  name, PAGE)
              .isEqualTo(said.parameters());
          assertThat(told.answers())
              .as(
                  "answers of %s, as openapi.yaml has them. One is a row of its table in %s:"
                      + " '| status | answer |'",
                  name, PAGE)
              .isEqualTo(said.answers());
          assertThat(told.examples())
              .as("%s needs a line '    curl …' in %s", name, PAGE)
              .isNotEmpty();
        });
  }

  @Test
  void examplesAreAnsweredAsThePageSays() throws Exception {
    assumeThat(Path.of("/usr/bin/curl")).exists();
    Files.writeString(folder.resolve("poll.jar"), "no jar");
    Set<String> good = new TreeSet<>();
    try (TestGateway gateway =
        TestGateway.start(
            "event-loops=1",
            "deploy.enabled=true",
            "admin.token=" + TOKEN,
            "data=" + folder.resolve("data"))) {
      BridgeListener listener = new BridgeListener(gateway);
      listener.say("register", "stocks.AAPL");
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> gateway.counters().subscriptionCount() == 1);
      QueueMessage message =
          QueueMessage.of(Payload.text("one"), MultiMap.caseInsensitiveMultiMap(), "");
      TestGateway.await(gateway.queues().keep("orders", message, false));
      for (Map.Entry<String, Operation> operation : page.entrySet()) {
        for (String line : operation.getValue().examples()) {
          String status = status(line.replace(":8081", ":" + gateway.adminPort()));
          assertThat(operation.getValue().answers())
              .as("%s: %s", operation.getKey(), line)
              .contains(status);
          if (status.startsWith("2")) {
            good.add(operation.getKey());
          }
        }
      }
      listener.close();
    }
    assertThat(good)
        .as("answered well; of what is not there, others say so")
        .contains("GET /api/sessions", "GET /api/queues/{name}", "POST /api/publish")
        .hasSizeGreaterThan(15);
  }

  private String status(String line) throws Exception {
    String known = line.replaceFirst("curl ", "curl -H 'Authorization: Bearer " + TOKEN + "' ");
    Process curl =
        new ProcessBuilder("/bin/sh", "-c", known + " -s -m 30 -o /dev/null -w '%{http_code}'")
            .directory(folder.toFile())
            .start();
    String said = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(curl.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said;
  }
}
