package io.busbar.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * A client of the event-bus bridge that votes in the polls of {@code new}. Any thread may use it.
 *
 * @param port the HTTP port
 */
record Voter(int port) {
  /** Votes, and returns the answer; it has a {@code failureCode} if the vote was refused. */
  JsonObject vote(String poll, Object choice) {
    CompletableFuture<String> received = new CompletableFuture<>();
    WebSocket.Listener first =
        new WebSocket.Listener() {
          @Override
          public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            received.complete(data.toString());
            return null;
          }
        };
    URI url = URI.create("ws://127.0.0.1:" + port + "/eventbus/websocket");
    WebSocket socket =
        HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(url, first).join();
    JsonObject question =
        new JsonObject()
            .put("type", "send")
            .put("address", poll + ".vote")
            .put("body", choice)
            .put("replyAddress", "answer");
    socket.sendText(question.encode(), true);
    JsonObject answer = new JsonObject(received.orTimeout(20, TimeUnit.SECONDS).join());
    socket.abort();
    return answer;
  }

  /** Checks that a poll without votes counts and refuses votes as it should. */
  void isServed(String poll) {
    assertThat(vote(poll, "pizza").getJsonObject("body"))
        .isEqualTo(JsonObject.of("pizza", 1, "salad", 0));
    JsonObject refused = vote(poll, "stones");
    assertThat(refused.getInteger("failureCode")).as(refused.encode()).isEqualTo(400);
    assertThat(refused.getString("message")).isEqualTo("choose one of pizza, salad");
  }
}
