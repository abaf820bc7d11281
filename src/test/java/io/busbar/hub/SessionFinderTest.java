package io.busbar.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.TestGateway;
import io.busbar.protocol.MessagePipe;
import io.busbar.protocol.WebSocketPipe;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the sessions of a node that features can find. */
final class SessionFinderTest {
  private final TestGateway gateway = TestGateway.start("event-loops=3");

  @AfterEach
  void stop() {
    gateway.close();
  }

  private JsonArray here(List<String> ids) {
    JsonObject question = new JsonObject().put("ids", new JsonArray(ids));
    return (JsonArray)
        TestGateway.await(gateway.bus().request(SessionFinder.ADDRESS, question)).body();
  }

  /** Connects a client; returns the id that its feature gets. */
  private String client(String path) throws Exception {
    CompletableFuture<String> session = new CompletableFuture<>();
    MessagePipe pipe = WebSocketPipe.connect(gateway.httpPort(), path);
    pipe.receiver(message -> session.complete(new JsonObject(message).getString("id")));
    pipe.send("hello");
    return session.get(20, TimeUnit.SECONDS);
  }

  @Test
  void sessionsOfAllEventLoopsAreFoundAndNoOthers() throws Exception {
    String one = client("/chat");
    String two = client("/chat");
    assertThat(here(List.of(one, "nobody", two))).containsExactlyInAnyOrder(one, two);
    assertThat(here(List.of("nobody"))).isEmpty();
    assertThat(here(List.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"ids\":\"a\"}", "{\"ids\":null}"})
  void malformedRequestIsRefused(String question) {
    assertThatThrownBy(
            () ->
                TestGateway.await(
                    gateway.bus().request(SessionFinder.ADDRESS, new JsonObject(question))))
        .hasMessage("ask with {\"ids\":[]}, 10000 at most");
  }

  @Test
  void requestForTooManyIdsIsRefused() {
    assertThat(here(Collections.nCopies(10_000, "nobody"))).isEmpty();
    assertThatThrownBy(() -> here(Collections.nCopies(10_001, "nobody")))
        .hasMessage("ask with {\"ids\":[]}, 10000 at most");
  }
}
