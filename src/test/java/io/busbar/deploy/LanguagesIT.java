package io.busbar.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.busbar.TestJvm;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Deploys the examples of languages.md in each language by the command, and uses them as clients
 * do.
 */
final class LanguagesIT {
  private static final String TOKEN = "a-token-of-16-or-more";
  private static final Path EXAMPLES = Path.of("src", "site", "examples");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir Path folder;

  private enum Language {
    JAVASCRIPT,
    GROOVY,
    GROOVY_CLASS,
    KOTLIN
  }

  private Path example(Language language, String name) throws Exception {
    String className = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    return switch (language) {
      case JAVASCRIPT -> EXAMPLES.resolve("javascript").resolve(name + ".js");
      case GROOVY -> EXAMPLES.resolve("groovy").resolve(name + ".groovy");
      case GROOVY_CLASS -> new ExampleJars(folder).groovy(className);
      case KOTLIN -> new ExampleJars(folder).kotlin(className);
    };
  }

  private BusbarProcess.Options options() throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("busbar.yaml"),
            """
            admin: {token: %s}
            deploy: {enabled: true, drain: 1s}
            services:
              - {path: /example/echo, address: example.echo}
              - {path: /example/chat, address: example.chat, channel: example.room}
            features:
              - verticle: io.busbar.feature.EchoVerticle
                http: [{path: /example/poll, address: example.poll.http, methods: [GET, POST]}]
            permissions:
              - {address: example.*, allow: [send, subscribe]}
              - {address: example.poll.results, allow: [subscribe]}
            """
                .formatted(TOKEN));
    return BusbarProcess.options()
        .arguments("--config", config.toString())
        .set("data", folder.resolve("data"));
  }

  /** Runs a command, and returns its exit code and its output. */
  private static String run(BusbarProcess node, String... command) throws Exception {
    List<String> line = new ArrayList<>(TestJvm.command());
    line.addAll(Arrays.asList(command));
    line.addAll(List.of("--node", node.admin().toString()));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("BUSBAR_"));
    builder.environment().put("BUSBAR_ADMIN_TOKEN", TOKEN);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    return process.waitFor() + " " + said;
  }

  @ParameterizedTest
  @EnumSource
  void examplesServeClients(Language language) throws Exception {
    Path config = Files.writeString(folder.resolve("poll.yaml"), "options: [pizza, salad]");
    try (BusbarProcess node = options().start()) {
      Path echo = example(language, "echo");
      assertThat(run(node, "deploy", echo.toString())).isEqualTo("0 echo runs");
      String chat = example(language, "chat").toString();
      assertThat(run(node, "deploy", chat)).isEqualTo("0 chat runs");
      String poll = example(language, "poll").toString();
      assertThat(run(node, "deploy", poll, "--config", config.toString())).isEqualTo("0 poll runs");
      assertEcho(node);
      assertChat(node);
      assertPoll(node);
      assertRedeploymentWithoutAGap(node, echo);
      assertThat(node.errLines()).filteredOn(line -> line.contains("SEVERE")).isEmpty();
    }
  }

  private static void assertEcho(BusbarProcess node) throws Exception {
    try (ExampleClient client = new ExampleClient(node, "/example/echo")) {
      client.say("hello \u00e9\ud83d\ude00");
      assertThat(client.hears()).isEqualTo("hello \u00e9\ud83d\ude00");
    }
    try (ExampleClient client = ExampleClient.bridge(node)) {
      JsonObject body = new JsonObject("{\"a\":[1,null,{\"b\":true}],\"c\":1.5}");
      assertThat(client.asks("example.echo", body).getJsonObject("body")).isEqualTo(body);
    }
  }

  private static void assertChat(BusbarProcess node) throws Exception {
    try (ExampleClient ann = new ExampleClient(node, "/example/chat")) {
      assertThat(ann.hearsJson().getString("message")).matches("guest-.{8} has joined");
      ann.say("/nick ann");
      assertThat(ann.hearsJson().getString("message")).matches("guest-.{8} is now ann");
      try (ExampleClient bob = new ExampleClient(node, "/example/chat")) {
        assertThat(bob.hearsJson().getString("type")).isEqualTo("notification");
        assertThat(ann.hearsJson().getString("message")).endsWith(" has joined");
        bob.say("/nick ann");
        assertThat(bob.hearsJson())
            .isEqualTo(new JsonObject("{\"type\":\"error\",\"code\":409,\"message\":\"taken\"}"));
        bob.say("/nick b-b");
        assertThat(bob.hearsJson().getInteger("code")).isEqualTo(400);
        bob.say("hi");
        JsonObject hi = ann.hearsJson();
        assertThat(hi.getString("type")).isEqualTo("message");
        assertThat(hi.getString("message")).isEqualTo("hi");
        assertThat(bob.hearsJson()).isEqualTo(hi);
      }
      assertThat(ann.hearsJson().getString("message")).matches("guest-.{8} has left");
    }
  }

  private static void assertPoll(BusbarProcess node) throws Exception {
    try (ExampleClient ann = ExampleClient.bridge(node);
        ExampleClient bob = ExampleClient.bridge(node)) {
      bob.listens("example.poll.results");
      JsonObject one = new JsonObject("{\"pizza\":1,\"salad\":0}");
      JsonObject pizza = new JsonObject().put("option", "pizza");
      assertThat(totals(ann.asks("example.poll", pizza).getJsonObject("body"))).isEqualTo(one);
      assertThat(totals(bob.hearsJson().getJsonObject("body"))).isEqualTo(one);
      JsonObject refused = ann.asks("example.poll", new JsonObject().put("option", "soup"));
      assertThat(refused.getInteger("failureCode")).isEqualTo(400);
      assertThat(refused.getString("message")).isEqualTo("vote for one of pizza, salad");
      HttpResponse<String> voted = http(node, "POST", "{\"option\":\"salad\"}");
      JsonObject both = new JsonObject("{\"pizza\":1,\"salad\":1}");
      assertThat(totals(new JsonObject(voted.body()))).isEqualTo(both);
      assertThat(totals(bob.hearsJson().getJsonObject("body"))).isEqualTo(both);
      assertThat(totals(new JsonObject(http(node, "GET", "").body()))).isEqualTo(both);
      assertThat(http(node, "POST", "[]").statusCode()).isEqualTo(400);
    }
  }

  private static JsonObject totals(JsonObject results) {
    assertThat(results.getString("title")).isEqualTo("Well?");
    return results.getJsonObject("totals");
  }

  private static HttpResponse<String> http(BusbarProcess node, String method, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(node.http().resolve("/example/poll"))
            .header("Content-Type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    return HTTP.send(request, BodyHandlers.ofString());
  }

  /** Deploys four versions one after the other while a client sends requests without a pause. */
  private static void assertRedeploymentWithoutAGap(BusbarProcess node, Path echo)
      throws Exception {
    byte[] bytes = Files.readAllBytes(echo);
    try (ExampleClient client = ExampleClient.bridge(node)) {
      int asked = 0;
      for (int version = 0; version < 4; version++) {
        CompletableFuture<HttpResponse<String>> deployed = post(node, echo, bytes);
        while (!deployed.isDone()) {
          assertThat(client.asks("example.echo", ++asked).getInteger("body")).isEqualTo(asked);
        }
        assertThat(deployed.join().statusCode()).as(deployed.join().body()).isEqualTo(200);
      }
      assertThat(asked).isGreaterThan(4);
    }
  }

  private static CompletableFuture<HttpResponse<String>> post(
      BusbarProcess node, Path file, byte[] body) {
    String name = file.getFileName().toString();
    String query = name.endsWith(".jar") ? "" : "?script=" + name;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(node.admin() + "/api/features" + query))
            .header("Authorization", "Bearer " + TOKEN)
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    return HTTP.sendAsync(request, BodyHandlers.ofString());
  }

  @Test
  void scriptsSurviveARestart() throws Exception {
    try (BusbarProcess node = options().start()) {
      String echo = EXAMPLES.resolve("javascript").resolve("echo.js").toString();
      assertThat(run(node, "deploy", echo, "--name", "mirror")).isEqualTo("0 mirror runs");
      assertThat(run(node, "deploy", echo.replace("echo.js", "poll.js"))).isEqualTo("0 poll runs");
    }
    try (BusbarProcess again = options().start();
        ExampleClient client = ExampleClient.bridge(again)) {
      assertThat(client.asks("example.echo", 1).getInteger("body")).isEqualTo(1);
      assertThat(run(again, "features")).contains("mirror").contains("example.poll");
    }
  }

  @Test
  void errorIsReportedWithItsLine() throws Exception {
    Path script = folder.resolve("wrong.js");
    try (BusbarProcess node = options().start()) {
      Files.writeString(script, "let a = 1;\nlet a = 2;\n");
      assertThat(run(node, "deploy", script.toString()))
          .startsWith("2 busbar: wrong.js:2:5: SyntaxError: ");
      Files.writeString(script, "function start() {\n  nobody();\n}\n");
      assertThat(run(node, "deploy", script.toString()))
          .isEqualTo(
              "2 busbar: it did not start: wrong.js:2:3: ReferenceError: nobody is not defined");
    }
  }

  /** The jar is alone in its folder, without the archives of the languages. */
  @Test
  void scriptNeedsTheLibraryOfItsLanguage() throws Exception {
    Path alone = Files.copy(TestJvm.jar(), folder.resolve("busbar.jar"));
    try (BusbarProcess node = options().jar(alone).start()) {
      for (String name : List.of("javascript/echo.js", "groovy/echo.groovy")) {
        boolean js = name.endsWith(".js");
        assertThat(run(node, "deploy", EXAMPLES.resolve(name).toString()))
            .isEqualTo(
                js
                    ? "2 busbar: JavaScript needs busbar-js.jar beside busbar.jar"
                    : "2 busbar: Groovy needs busbar-groovy.jar beside busbar.jar");
      }
      Path library = TestJvm.jar().resolveSibling("busbar-js.jar");
      Files.copy(library, folder.resolve("busbar-js.jar"));
      assertThat(run(node, "deploy", EXAMPLES.resolve("javascript/echo.js").toString()))
          .as("when it has come")
          .isEqualTo("0 echo runs");
    }
  }

  /** Each script would end a node that had no limits. */
  @Test
  void attackStopsItsScriptAndNotTheNode() throws Exception {
    Path script =
        Files.writeString(
            folder.resolve("evil.js"),
            """
            vertx.eventBus().consumer('example.loop', () => { while (true) {} });
            vertx.eventBus().consumer('example.deep', function deep(m) { return deep(m) + 1 });
            vertx.eventBus().consumer('example.grow', () => {
              for (const all = [];;) all.push({all});
            });
            """);
    try (BusbarProcess node = options().set("deploy.script.time", "500ms").jvm("-Xmx192m").start();
        ExampleClient client = ExampleClient.bridge(node)) {
      run(node, "deploy", EXAMPLES.resolve("javascript/echo.js").toString());
      run(node, "deploy", script.toString());
      for (String attack : List.of("deep", "loop", "grow")) {
        JsonObject answer = ask(client, "example." + attack);
        assertThat(answer.getInteger("failureCode")).as(attack).isEqualTo(500);
        assertThat(answer.getString("message")).isEqualTo("the request failed");
        assertThat(client.asks("example.echo", attack).getString("body")).isEqualTo(attack);
      }
      node.awaitErr("evil.js: it ran longer than deploy.script.time; it begins anew in 1 s");
      node.awaitErr(
          "evil.js: it took more memory than deploy.script.memory; it begins anew in 2 s");
      node.awaitErr("evil.js:2:");
    }
  }

  /** Sends a request when the script runs again. */
  private static JsonObject ask(ExampleClient client, String address) throws Exception {
    while (true) {
      JsonObject answer = client.asks(address, null);
      if (!"NO_HANDLERS".equals(answer.getString("failureType"))) {
        return answer;
      }
    }
  }
}
