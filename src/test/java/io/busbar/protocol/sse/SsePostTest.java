package io.busbar.protocol.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.protocol.session.RawHttp;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages that clients POST. */
final class SsePostTest {
  private static final String FORM = "Content-Type: application/x-www-form-urlencoded";
  private static final String JSON = "Content-Type: application/json";
  private static final BlockingQueue<Message<Object>> HEARD = new LinkedBlockingQueue<>();

  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        TestGateway.start(
            "permissions=[{address: 'public.#', allow: [subscribe, publish, send]},"
                + " {address: 'mine.{user}', authenticated: true, allow: [publish]}]",
            "bridge.reply-timeout=200ms",
            "limits.message-size=1KiB");
    TestGateway.await(gateway.bus().consumer("public.a", HEARD::add).completion());
    TestGateway.await(gateway.bus().consumer("mine.demo", HEARD::add).completion());
    TestGateway.await(
        gateway
            .bus()
            .consumer(
                "public.twice",
                asked -> asked.reply(new JsonArray().add(asked.body()).add(asked.body())))
            .completion());
    TestGateway.await(
        gateway
            .bus()
            .consumer("public.broken", asked -> asked.fail(7, "that is not for sale"))
            .completion());
    TestGateway.await(gateway.bus().consumer("public.deaf", asked -> {}).completion());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @BeforeEach
  void clearMessages() {
    HEARD.clear();
  }

  private static Message<Object> nextMessage() throws InterruptedException {
    Message<Object> message = HEARD.poll(20, TimeUnit.SECONDS);
    assertThat(message).as("a message").isNotNull();
    return message;
  }

  /** Returns the response body with its status as a member. */
  private static Map<String, Object> post(String body, String... headers) throws IOException {
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      RawHttp.Answer answer = http.post("/events", body, headers);
      return new JsonObject(answer.body()).put("status", answer.status()).getMap();
    }
  }

  private static String basic(String both) {
    return "Authorization: Basic "
        + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void postedMessageIsPublishedWithItsNameAndHeaders() throws Exception {
    Map<String, Object> receipt =
        post(
            "{\"channel\":\"public.a\",\"body\":{\"n\":1.5},\"name\":\"price\","
                + "\"headers\":{\"colour\":\"green\",\"size\":3,\"many\":[1,true]}}",
            JSON);
    assertThat(receipt).isEqualTo(Map.of("published", "public.a", "status", 202));
    Message<Object> message = nextMessage();
    assertThat(message.body()).isEqualTo(new JsonObject().put("n", 1.5));
    assertThat(message.headers().get("name")).isEqualTo("price");
    assertThat(message.headers().get("colour")).isEqualTo("green");
    assertThat(message.headers().get("size")).isEqualTo("3");
    assertThat(message.headers().getAll("many")).containsExactly("1", "true");
    assertThat(message.headers().get("protocol")).isEqualTo("sse");
    assertThat(message.headers().get("user")).isNull();
  }

  @Test
  void formIsAccepted() throws Exception {
    assertThat(post("channel=public.a&body=Gr%C3%BC%C3%9Fe+%26+#more;&name=hello", FORM))
        .containsEntry("status", 202);
    Message<Object> message = nextMessage();
    assertThat(message.body()).isEqualTo("Grüße & #more;");
    assertThat(message.headers().get("name")).isEqualTo("hello");
    assertThat(post("channel=public.twice&body=7&reply=true", FORM))
        .containsEntry("body", List.of("7", "7"));
  }

  /** The tool {@code curl -d} sends JSON like this. */
  @Test
  void jsonLabelledAsAFormIsReadAsJson() throws Exception {
    assertThat(post(" {\"channel\":\"public.a\",\"body\":[1]}", FORM)).containsEntry("status", 202);
    assertThat(nextMessage().body()).isEqualTo(new JsonArray().add(1));
  }

  @Test
  void requestIsAnswered() throws Exception {
    assertThat(post("{\"channel\":\"public.twice\",\"body\":null,\"reply\":true}", JSON))
        .isEqualTo(Map.of("body", Arrays.asList(null, null), "status", 200));
  }

  @ParameterizedTest
  @CsvSource({
    "public.nobody, 404, NO_HANDLERS, No handlers for address public.nobody, -1",
    "public.broken, 422, RECIPIENT_FAILURE, that is not for sale, 7",
    "secret, 403, access_denied, access denied: secret (send),",
    "mine.demo, 403, access_denied, access denied: mine.demo (send),",
  })
  void failedRequestReturnsItsError(
      String channel, int status, String code, String words, Integer failureCode) throws Exception {
    Map<String, Object> answer =
        post("{\"channel\":\"%s\",\"reply\":true}".formatted(channel), JSON);
    assertThat(answer)
        .containsEntry("status", status)
        .containsEntry("error", code)
        .containsEntry("message", words);
    assertThat(answer.get("failureCode")).isEqualTo(failureCode);
  }

  @Test
  void unansweredRequestTimesOut() throws Exception {
    assertThat(post("{\"channel\":\"public.deaf\",\"reply\":true}", JSON))
        .containsEntry("status", 504)
        .containsEntry("error", "TIMEOUT");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                              | 400 | bad_request
          hello                                           | 400 | bad_request
          [1]                                             | 400 | bad_request
          null                                            | 400 | bad_request
          {"channel":"public.a"                           | 400 | bad_request
          {"body":1}                                      | 400 | bad_request
          {"channel":7}                                   | 400 | bad_request
          {"channel":""}                                  | 400 | bad_request
          {"chanel":"public.a"}                           | 400 | bad_request
          {"channel":"public.a","name":7}                 | 400 | bad_request
          {"channel":"public.a","headers":[]}             | 400 | bad_request
          {"channel":"public.a","headers":{"a":{}}}       | 400 | bad_request
          {"channel":"public.a","headers":{"a":[null]}}   | 400 | bad_request
          {"channel":"public.a","headers":{"a":1e999}}    | 400 | bad_request
          {"channel":"public.a","reply":"yes"}            | 400 | bad_request
          {"channel":"public.a","session":"x"}            | 400 | bad_request
          {"channel":"public.a","session":"x","replyAddress":"y"} | 400 | bad_request
          {"session":"x","replyAddress":"y","reply":true} | 400 | bad_request
          {"session":"x"}                                 | 400 | bad_request
          {"channel":"public.a","body":1e999}             | 400 | invalid_body
          {"channel":"mine.ann","body":1}                 | 401 | not_logged_in
          {"channel":"busbar.stats","body":1}             | 403 | access_denied
          {"channel":"__vertx.reply.1","body":1}          | 403 | access_denied
          {"session":"x","replyAddress":"__vertx.reply.1"} | 404 | not_awaited
          """)
  void invalidPostIsRefusedWithAMessage(String body, int status, String code) throws Exception {
    Map<String, Object> answer = post(body, JSON);
    assertThat(answer).containsEntry("status", status).containsEntry("error", code);
    assertThat((String) answer.get("message")).isNotBlank().doesNotContain("xception");
    assertThat(HEARD).isEmpty();
  }

  @Test
  void tooLargeBodyIsRefused() throws Exception {
    assertThat(post("x".repeat(1025), JSON)).containsEntry("status", 413);
  }

  @Test
  void userIsAuthenticatedByEachRequest() throws Exception {
    String said = "{\"channel\":\"mine.demo\",\"body\":1}";
    assertThat(post(said, JSON, basic("demo:demo"))).containsEntry("status", 202);
    Message<Object> message = nextMessage();
    assertThat(message.headers().get("user")).isEqualTo("demo");
    assertThat(post(said, JSON)).containsEntry("status", 401);
  }

  @Test
  void postsOfOneHostAndUserShareASession() throws Exception {
    String said = "{\"channel\":\"public.a\",\"body\":1}";
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      http.post("/events", said).body();
      String session = nextMessage().headers().get("session");
      http.post("/events", said).body();
      assertThat(nextMessage().headers().get("session")).isEqualTo(session);
      http.post("/events", said, basic("demo:demo")).body();
      assertThat(nextMessage().headers().get("session")).isNotEqualTo(session);
    }
  }

  @Test
  void onlyTheRecipientOfARequestMayReply() throws Exception {
    try (EventStream stream =
        EventStream.open(
            gateway.httpPort(),
            "?channel=public.ask&format=envelope",
            basic("demo:demo").split(": "))) {
      String session = new JsonObject(stream.next().data()).getString("session");
      CompletableFuture<Object> answered = new CompletableFuture<>();
      gateway
          .bus()
          .request("public.ask", "who?")
          .onSuccess(answer -> answered.complete(answer.body()))
          .onFailure(answered::completeExceptionally);
      JsonObject question = new JsonObject(stream.next().data());
      String reply =
          new JsonObject()
              .put("session", session)
              .put("replyAddress", question.getString("replyAddress"))
              .put("body", "me")
              .encode();
      assertThat(post(reply, JSON)).containsEntry("status", 404);
      assertThat(post(reply, JSON, basic("demo:demo"))).containsEntry("status", 202);
      assertThat(answered.get(20, TimeUnit.SECONDS)).isEqualTo("me");
      assertThat(post(reply, JSON, basic("demo:demo"))).containsEntry("status", 404);
    }
  }
}
