package io.busbar.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.Prerequisites;
import io.busbar.cluster.TestCluster;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients of three nodes send numbered requests to a feature while new versions replace old ones
 * and a node is killed. Each request of a client that stays gets one answer or one error. No
 * request is handled twice.
 */
final class DeployAuditIT {
  private static final String TOKEN = "a-token-of-16-or-more";
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final int VERSIONS = Prerequisites.isLong() ? 4 : 2;
  private static final int OPEN = 5;

  private static final String SOURCE =
      """
      package example;

      import io.vertx.core.Future;
      import io.vertx.core.VerticleBase;

      public final class Work extends VerticleBase {
        @Override
        public Future<?> start() {
          return vertx.eventBus().<String>consumer("work", question -> {
            vertx.eventBus().publish("work.done", question.body());
            vertx.setTimer(1 + (int) (Math.random() * 20), timer -> question.reply("%s"));
          }).completion();
        }
      }
      """;

  @TempDir Path folder;

  private final TestCluster cluster = new TestCluster();
  private final Map<String, AtomicInteger> handled = new ConcurrentHashMap<>();

  @AfterEach
  void stop() {
    cluster.close();
  }

  private BusbarProcess node(String name) {
    return cluster.start(
        "deploy.enabled=true",
        "deploy.drain=2s",
        "bridge.reply-timeout=5s",
        "admin.token=" + TOKEN,
        "data=" + folder.resolve(name),
        "limits.messages-per-second=100000",
        "permissions=[{address: work, allow: [send]}, {address: work.done, allow: [subscribe]}]");
  }

  /** A client that has {@link #OPEN} requests open at a time. */
  private final class RequestClient implements WebSocket.Listener {
    private final String name;
    private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    private final AtomicInteger errors = new AtomicInteger();
    private final Semaphore free = new Semaphore(OPEN);
    private final StringBuilder frame = new StringBuilder();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final WebSocket socket;
    private final Thread thread = new Thread(this::ask);
    private volatile boolean over;

    private RequestClient(String name, BusbarProcess node) {
      this.name = name;
      URI url = URI.create("ws://127.0.0.1:" + node.httpPort() + "/eventbus/websocket");
      socket = HTTP.newWebSocketBuilder().buildAsync(url, this).join();
    }

    private void ask() {
      for (int i = 0; !over && !gone.isDone(); i++) {
        free.acquireUninterruptibly();
        String question = name + "-" + i;
        answers.put(question, new AtomicInteger());
        JsonObject asked =
            new JsonObject()
                .put("type", "send")
                .put("address", "work")
                .put("body", question)
                .put("replyAddress", question);
        try {
          socket.sendText(asked.encode(), true).join();
        } catch (RuntimeException e) {
          gone.complete(null);
        }
      }
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      frame.append(data);
      if (last) {
        onMessage(new JsonObject(frame.toString()));
        frame.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void onMessage(JsonObject said) {
      String address = said.getString("address");
      if (address.equals("work.done")) {
        handled
            .computeIfAbsent(said.getString("body"), id -> new AtomicInteger())
            .incrementAndGet();
        return;
      }
      answers.get(address).incrementAndGet();
      if ("err".equals(said.getString("type"))) {
        errors.incrementAndGet();
      }
      free.release();
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      gone.complete(null);
      free.release(OPEN);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      gone.complete(null);
      free.release(OPEN);
      return null;
    }

    private int unanswered() {
      return (int) answers.values().stream().filter(count -> count.get() == 0).count();
    }
  }

  private Path version(FeatureJars jars, int number) {
    return jars.of(
        "{name: work, version: '%d', verticle: example.Work}".formatted(number),
        Map.of("example.Work", SOURCE.formatted(number)));
  }

  @Test
  void eachRequestGetsOneAnswerOrOneError() throws Exception {
    FeatureJars jars = new FeatureJars(folder);
    List<BusbarProcess> nodes = List.of(node("a"), node("b"), node("c"));
    FeatureClient.run(nodes.get(0), TOKEN, "deploy", "--all", version(jars, 0).toString());
    RequestClient listener = new RequestClient("ear", nodes.get(0));
    JsonObject listen = new JsonObject().put("type", "register").put("address", "work.done");
    listener.socket.sendText(listen.encode(), true).join();
    List<RequestClient> askers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      askers.add(new RequestClient("asker" + i, nodes.get(i % 3)));
    }
    askers.forEach(asker -> asker.thread.start());
    for (int number = 1; number <= VERSIONS; number++) {
      String said =
          FeatureClient.run(
              nodes.get(0), TOKEN, "deploy", "--all", version(jars, number).toString());
      assertThat(said).startsWith("0 work " + number + " runs");
    }
    int quiet = askers.stream().mapToInt(asker -> asker.errors.get()).sum();
    assertThat(quiet).as("errors while versions followed one another").isZero();
    nodes.get(2).kill();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                FeatureClient.list(nodes.get(0), TOKEN).size() == 2
                    && FeatureClient.run(
                            nodes.get(0),
                            TOKEN,
                            "deploy",
                            "--all",
                            version(jars, VERSIONS + 1).toString())
                        .startsWith("0 "));
    askers.forEach(asker -> asker.over = true);
    for (RequestClient asker : askers) {
      asker.thread.join();
    }
    List<RequestClient> stayed = askers.stream().filter(asker -> !asker.gone.isDone()).toList();
    assertThat(stayed).hasSize(4);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> stayed.stream().mapToInt(RequestClient::unanswered).sum() == 0);
    int asked = 0;
    for (RequestClient asker : stayed) {
      asked += asker.answers.size();
      assertThat(asker.answers.values()).allMatch(count -> count.get() == 1);
    }
    assertThat(handled.values()).as("handled twice").allMatch(count -> count.get() == 1);
    int errors = stayed.stream().mapToInt(asker -> asker.errors.get()).sum();
    System.out.println(
        "redeployment audit: %d asked by those who stayed, %d errors, %d handled"
            .formatted(asked, errors, handled.size()));
    assertThat(asked).isGreaterThan(1000);
    assertThat(errors).isLessThan(asked / 2);
  }
}
