package io.busbar.protocol.sockjs;

import static io.busbar.protocol.sockjs.SockJsServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.session.RawHttp;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A session lives on one event loop, and its connections are on all of them. */
class LoopsTest {
  @RegisterExtension static final SockJsServer SERVER = new SockJsServer();

  private static final int CLIENTS = 12;
  private static final int MESSAGES = 200;

  @Test
  void messagesAreEchoedInOrderAcrossEventLoops() throws Exception {
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      String transport = i % 2 == 0 ? "/xhr" : "/xhr_streaming";
      clients.add(
          CompletableFuture.runAsync(() -> echo(transport), task -> new Thread(task).start()));
    }
    CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).get(2, TimeUnit.MINUTES);
  }

  private static void echo(String transport) {
    String url = fresh("/echo");
    try {
      assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("o\n");
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(() -> send(url), task -> new Thread(task).start());
      List<String> got = receive(url + transport);
      sending.get(1, TimeUnit.MINUTES);
      for (int i = 0; i < MESSAGES; i++) {
        assertThat(got.get(i)).isEqualTo("message " + i);
      }
      assertThat(got).hasSize(MESSAGES);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void send(String url) {
    List<RawHttp> connections = new ArrayList<>();
    try {
      for (int i = 0; i < 5; i++) {
        connections.add(SERVER.connect());
      }
      for (int i = 0; i < MESSAGES; i++) {
        RawHttp http = connections.get(i % connections.size());
        assertThat(http.post(url + "/xhr_send", "[\"message " + i + "\"]").status()).isEqualTo(204);
      }
      for (RawHttp http : connections) {
        http.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> receive(String url) throws IOException {
    List<RawHttp> connections = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      connections.add(SERVER.connect());
    }
    List<String> got = new ArrayList<>();
    for (int round = 0; got.size() < MESSAGES; round++) {
      RawHttp http = connections.get(round % connections.size());
      RawHttp.Answer answer = http.post(url, "");
      String chunk = answer.isChunked() ? answer.chunk() : answer.body();
      while (!chunk.isEmpty()) {
        addMessages(chunk, got);
        boolean more = answer.isChunked() && got.size() < MESSAGES;
        chunk = more ? answer.chunk() : "";
      }
    }
    for (RawHttp http : connections) {
      http.close();
    }
    return got;
  }

  private static void addMessages(String frame, List<String> got) {
    if (frame.startsWith("a")) {
      new JsonArray(frame.substring(1)).forEach(message -> got.add((String) message));
    } else {
      assertThat(frame.strip()).matches("h*");
    }
  }
}
