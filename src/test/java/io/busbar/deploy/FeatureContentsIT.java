package io.busbar.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that the contents of a feature's jar besides its verticle come, change and go with the
 * feature.
 */
final class FeatureContentsIT {
  private static final String TOKEN = "a-token-of-16-or-more";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static final String MANIFEST =
      """
      name: board
      version: "%s"
      verticle: example.Board
      services: [{path: /board, address: board, channel: board.news}]
      http: [{path: /notes, address: board.notes, methods: [GET, POST]}]
      permissions: [{address: board.news, allow: [subscribe, publish]}]
      channels: [{address: board.news, history: {messages: %d}}]
      queues: [{name: board.jobs, from: board.put, to: board.do}]
      """;

  private static final Map<String, String> SOURCE =
      Map.of(
          "example.Board",
          """
          package example;

          import io.vertx.core.Future;
          import io.vertx.core.VerticleBase;
          import io.vertx.core.eventbus.EventBus;
          import io.vertx.core.json.JsonArray;

          public final class Board extends VerticleBase {
            private final JsonArray done = new JsonArray();

            @Override
            public Future<?> start() {
              EventBus bus = vertx.eventBus();
              bus.<Object>localConsumer("board", said -> said.reply(
                  "message".equals(said.headers().get("event")) ? "heard " + said.body() : null));
              bus.<Object>consumer("board.do", job -> {
                done.add(job.body());
                job.reply(null);
              });
              return bus.<Object>localConsumer("board.notes", asked -> {
                if (asked.headers().get("method").equals("GET")) {
                  asked.reply(done);
                } else {
                  bus.<Object>request("board.put", asked.body())
                      .onSuccess(kept -> asked.reply("kept"))
                      .onFailure(e -> asked.fail(500, "not kept"));
                }
              }).completion();
            }
          }
          """);

  @TempDir Path folder;

  private FeatureJars jars;
  private BusbarProcess node;

  @BeforeEach
  void start() {
    jars = new FeatureJars(folder);
    node = options().start();
  }

  private BusbarProcess.Options options() {
    return BusbarProcess.options()
        .set("deploy.enabled", true)
        .set("deploy.drain", "0s")
        .set("deploy.directory", folder.resolve("watched"))
        .set("admin.token", TOKEN)
        .set("data", folder.resolve("data"));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private Path board(String version, int messages, String page) {
    return jars.of(
        MANIFEST.formatted(version, messages), SOURCE, Map.of("webroot/index.html", page));
  }

  private String run(String... command) throws Exception {
    return FeatureClient.run(node, TOKEN, command);
  }

  /** The name and version of each feature. */
  private List<String> features() throws Exception {
    return FeatureClient.list(node, TOKEN).stream()
        .map(feature -> feature.getString("name") + " " + feature.getString("version"))
        .toList();
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI url = URI.create(node.http() + path);
    return HTTP.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
  }

  private String post(String path, String body) throws Exception {
    URI url = URI.create(node.http() + path);
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body();
  }

  /** A WebSocket and all messages that it has received. */
  private static final class ListeningSocket implements WebSocket.Listener {
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private WebSocket socket;

    private static ListeningSocket to(BusbarProcess node, String path) {
      ListeningSocket listener = new ListeningSocket();
      URI url = URI.create("ws://127.0.0.1:" + node.httpPort() + path);
      listener.socket = HTTP.newWebSocketBuilder().buildAsync(url, listener).join();
      return listener;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      received.add(data.toString());
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      closed.complete(code + " " + reason);
      return null;
    }

    private void say(String text) {
      socket.sendText(text, true).join();
    }

    private void awaitText(String text) {
      await().until(() -> received.stream().anyMatch(each -> each.contains(text)));
    }

    private String awaitEnd() {
      return closed.orTimeout(20, TimeUnit.SECONDS).join();
    }
  }

  private static String frame(String type, String address, Object body) {
    return new JsonObject().put("type", type).put("address", address).put("body", body).encode();
  }

  @Test
  void contentsAreAddedAndRemovedWithTheFeature() throws Exception {
    assertThat(get("/notes").statusCode()).isEqualTo(404);
    assertThat(get("/features/board/").statusCode()).isEqualTo(404);
    assertThat(run("deploy", board("1", 10, "<p>first</p>").toString()))
        .isEqualTo("0 board 1 runs");
    assertThat(get("/features/board/").body()).isEqualTo("<p>first</p>");
    assertThat(get("/features/board").statusCode()).isEqualTo(308);
    assertThat(get("/features/board/none").statusCode()).isEqualTo(404);
    assertThat(get("/index.html").statusCode()).as("the gateway's own pages").isEqualTo(200);
    assertThat(post("/notes", "sweep")).isEqualTo("200 kept");
    await().until(() -> get("/notes").body().equals("[\"sweep\"]"));
    ListeningSocket board = ListeningSocket.to(node, "/board");
    board.say("hello");
    board.awaitText("heard hello");
    ListeningSocket bridge = ListeningSocket.to(node, "/eventbus/websocket");
    bridge.say(frame("register", "board.news", null));
    bridge.say(frame("publish", "board.news", "moved"));
    bridge.awaitText("moved");
    board.awaitText("moved");
    ListeningSocket late = ListeningSocket.to(node, "/board?since=first");
    late.awaitText("moved");

    assertThat(run("deploy", board("2", 10, "<p>second</p>").toString()))
        .isEqualTo("0 board 2 runs, in the place of 1");
    assertThat(get("/features/board/").body()).isEqualTo("<p>second</p>");
    board.say("again");
    board.awaitText("heard again");

    assertThat(run("undeploy", "board")).isEqualTo("0 board runs no more");
    assertThat(board.awaitEnd()).isEqualTo("1011 the feature is not running");
    assertThat(bridge.awaitEnd()).startsWith("4402 ");
    assertThat(get("/notes").statusCode()).isEqualTo(404);
    assertThat(get("/features/board/").statusCode()).isEqualTo(404);
    ListeningSocket stranger = ListeningSocket.to(node, "/eventbus/websocket");
    stranger.say(frame("register", "board.news", null));
    stranger.awaitText("access_denied");
  }

  @Test
  void subscriberMustReconnectWhenChannelRulesChange() throws Exception {
    run("deploy", board("1", 10, "").toString());
    ListeningSocket bridge = ListeningSocket.to(node, "/eventbus/websocket");
    bridge.say(frame("register", "board.news", null));
    bridge.say(frame("publish", "board.news", "heard"));
    bridge.awaitText("heard");
    run("deploy", board("2", 20, "").toString());
    assertThat(bridge.awaitEnd()).isEqualTo("4402 the rules of a channel changed");
    assertThat(features()).containsExactly("board 2");
  }

  @Test
  void conflictingContentsAreRefusedWithTheirKey() throws Exception {
    run("deploy", board("1", 10, "<p>first</p>").toString());
    Path same =
        jars.of(
            """
            name: other
            verticle: example.Board
            services: [{path: /other, address: o}, {path: /board, address: o}]
            """,
            SOURCE);
    assertThat(run("deploy", same.toString()))
        .isEqualTo("2 busbar: services[1].path is given to services[3].path");
    Path disk =
        jars.of("{name: other, verticle: example.Board, queues: [{name: q, store: disk}]}", SOURCE);
    assertThat(run("deploy", disk.toString()))
        .isEqualTo("2 busbar: no queue of this node is kept on disk (queues.store)");
    Path wrong =
        jars.of("{name: other, verticle: example.Board, services: [{address: o}]}", SOURCE);
    assertThat(run("deploy", wrong.toString())).contains("services[0].path is missing");
    Path broken =
        jars.broken("{name: board, verticle: example.Broken, http: [{path: /broken, address: b}]}");
    assertThat(run("deploy", broken.toString())).endsWith("it did not start: no database");
    assertThat(get("/features/board/").body()).isEqualTo("<p>first</p>");
    assertThat(get("/broken").statusCode()).isEqualTo(404);
    assertThat(post("/notes", "sweep")).as("the queue of the one before").isEqualTo("200 kept");
  }

  @Test
  void restartedNodeHasAllContents() throws Exception {
    run("deploy", board("1", 10, "<p>first</p>").toString());
    node.kill();
    node.close();
    node = options().start();
    assertThat(get("/features/board/").body()).isEqualTo("<p>first</p>");
    assertThat(post("/notes", "sweep")).isEqualTo("200 kept");
  }

  @Test
  void featuresInTheWatchedFolderRun() throws Exception {
    Path watched = Files.createDirectories(folder.resolve("watched"));
    Path file = watched.resolve("poll.jar");
    Files.copy(jars.poll("1", 0), file);
    await().until(this::features, List.of("poll 1")::equals);
    assertThat(run("deploy", jars.poll("2", 0).toString()))
        .isEqualTo("2 busbar: poll lies in deploy.directory: change it there");
    assertThat(run("undeploy", "poll"))
        .isEqualTo("2 busbar: poll lies in deploy.directory: take it away there");
    Path next = Files.copy(jars.poll("2", 0), watched.resolve("poll.next"));
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    await().until(this::features, List.of("poll 2")::equals);
    node.close();
    node = options().start();
    assertThat(features()).as("after a restart").containsExactly("poll 2");
    Files.writeString(watched.resolve("text.jar"), "no jar");
    node.awaitErr("text.jar does not run: the archive is no jar");
    Path script = Files.writeString(watched.resolve("tick.js"), "vertx.eventBus(;");
    node.awaitErr("tick.js does not run: tick.js:1");
    Files.delete(script);
    Files.delete(file);
    await().until(this::features, List.of()::equals);
  }
}
