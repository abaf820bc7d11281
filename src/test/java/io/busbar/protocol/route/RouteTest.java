package io.busbar.protocol.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.LogLines;
import io.busbar.TestGateway;
import io.busbar.config.ConfigException;
import io.busbar.config.ConfigLoader;
import io.busbar.protocol.session.RawHttp;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Features that serve paths of the HTTP port. */
final class RouteTest {
  private static final String JSON = "Content-Type: application/json";
  private static final String DEMO = basic("demo:demo");
  private static final String SECRET = "java.lang.Secret at Feature.java:7";
  private static final int MOST_AT_ONCE = 5;
  private static final int ODD = 3_000;

  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        TestGateway.start(
            "event-loops=1",
            "limits.subscriptions=" + MOST_AT_ONCE,
            "limits.read-timeout=1s",
            "http.origins=[https://friend.example]",
            "auth.query-parameter=access",
            "permissions=[]",
            "features=[{verticle: io.busbar.feature.EchoVerticle, http: ["
                + "{path: /seen, address: t.seen},"
                + "{path: /seen/*, address: t.seen},"
                + "{path: /seen/better/*, address: t.better},"
                + "{path: /any/*, address: t.any},"
                + "{path: /post, methods: [POST], address: t.seen},"
                + "{path: /head, methods: [head], address: t.seen},"
                + "{path: /nobody, address: t.nobody},"
                + "{path: /deaf, address: t.deaf, timeout: 300ms},"
                + "{path: /small, address: t.seen, max-body: 16},"
                + "{path: /echo, methods: [POST], address: t.seen},"
                + "{path: /members, address: t.seen, login: required}]},"
                + "{verticle: io.busbar.protocol.route.NotesVerticle,"
                + " http: [{path: /notes, methods: [GET, POST], address: notes.http}]}]");
    consume("t.seen", RouteTest::tell);
    consume("t.better", asked -> asked.reply("better"));
    consume("t.deaf", asked -> {});
    consume("t.any", RouteTest::answer);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static void consume(String address, io.vertx.core.Handler<Message<Object>> handler) {
    TestGateway.await(gateway.bus().consumer(address, handler).completion());
  }

  /** Replies with the request. */
  private static void tell(Message<Object> asked) {
    JsonObject headers = new JsonObject();
    asked.headers().forEach(header -> headers.put(header.getKey(), header.getValue()));
    Object body = asked.body();
    asked.reply(
        new JsonObject()
            .put("headers", headers)
            .put("type", body == null ? "null" : body.getClass().getSimpleName())
            .put("body", body instanceof Buffer bytes ? bytes.length() : body));
  }

  /** Replies as the end of the path says. */
  private static void answer(Message<Object> asked) {
    String path = asked.headers().get("path");
    DeliveryOptions options = new DeliveryOptions();
    switch (path.substring(path.lastIndexOf('/') + 1)) {
      case "json" -> asked.reply(new JsonObject().put("a", 1));
      case "array" -> asked.reply(new JsonArray().add("ü"));
      case "number" -> asked.reply(1.5);
      case "text" -> asked.reply("Grüße");
      case "binary" -> asked.reply(Buffer.buffer("abc"));
      case "nothing" -> asked.reply(null);
      case "created" ->
          asked.reply(
              null,
              options
                  .addHeader("status", "201")
                  .addHeader("location", "/any/1")
                  .addHeader("set-cookie", "a=1")
                  .addHeader("set-cookie", "b=2")
                  .addHeader("x-other", "x")
                  .addHeader("content-length", "99")
                  .addHeader("Transfer-Encoding", "chunked"));
      case "page" ->
          asked.reply(
              "<p>",
              options
                  .addHeader("content-type", "text/html")
                  .addHeader("cache-control", "max-age=60"));
      case "unchanged" -> asked.reply("text", options.addHeader("status", "304"));
      case "teapot" -> asked.fail(418, "no \"coffee\" here");
      case "silent" -> asked.fail(404, null);
      case "busy" -> asked.fail(503, "come again");
      case "broken" -> asked.fail(500, SECRET);
      case "odd-code" -> asked.fail(-1, SECRET);
      case "low-code" -> asked.fail(200, SECRET);
      case "status" -> asked.reply("x", options.addHeader("status", asked.headers().get("query")));
      case "split" -> asked.reply("x", options.addHeader("location", "/a\r\nSet-Cookie: evil=1"));
      default -> asked.fail(404, "there is no such thing");
    }
  }

  private static String basic(String both) {
    return "Authorization: Basic "
        + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
  }

  /** A response with its body. */
  private record Heard(RawHttp.Answer answer, String body) {
    int status() {
      return answer.status();
    }

    String header(String name) {
      return answer.header(name);
    }

    JsonObject json() {
      return new JsonObject(body);
    }

    /** Returns the headers that the feature got. */
    Map<String, Object> told() {
      return json().getJsonObject("headers").getMap();
    }
  }

  private static Heard ask(String method, String path, String body, String... headers)
      throws IOException {
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      RawHttp.Answer answer = http.send(method, path, body, headers).answer();
      return new Heard(answer, method.equals("HEAD") ? "" : answer.body());
    }
  }

  private static Heard get(String path, String... headers) throws IOException {
    return ask("GET", path, null, headers);
  }

  private static Heard post(String path, String body, String... headers) throws IOException {
    return ask("POST", path, body, headers);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":[1,null]} | application/json                  | JsonObject | {"a":[1,null]}
          [1]            | application/json; charset=utf-8   | JsonArray  | [1]
          {"a":1}        | Application/Problem+JSON          | JsonObject | {"a":1}
          7              | application/json                  | Integer    | 7
          "x"            | application/json                  | String     | "x"
          null           | application/json                  | null       | null
          Grüße          | text/plain                        | String     | "Grüße"
          hi             | text/plain; charset="UTF-8"       | String     | "hi"
          a=1&b=2        | application/x-www-form-urlencoded | String     | "a=1&b=2"
          {"a":1}        | application/octet-stream          | BufferImpl | 7
          {"a":1}        |                                   | BufferImpl | 7
          ``             | application/json                  | null       | null
          """)
  void aBodyIsOnTheBusWhatItsTypeSays(String body, String type, String onBus, String value)
      throws Exception {
    Heard heard = type == null ? post("/seen", body) : post("/seen", body, "Content-Type: " + type);
    assertThat(heard.status()).isEqualTo(200);
    assertThat(heard.json().getString("type")).isEqualTo(onBus);
    assertThat(heard.body()).contains("\"body\":" + value + "}");
    assertThat(heard.told().get("content-type")).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a":     | application/json           | 400 | the body is not JSON
          [1] [2]   | application/json           | 400 | the body is not JSON
          [1e999]   | application/json           | 400 | body has a number that no message can hold
          hi        | text/plain; charset=latin1 | 415 | text is UTF-8
          """)
  void aBodyThatIsNotWhatItsTypeSaysIsRefused(String body, String type, int status, String words)
      throws Exception {
    Heard heard = post("/seen", body, "Content-Type: " + type);
    assertThat(heard.status()).isEqualTo(status);
    assertThat(heard.json()).isEqualTo(new JsonObject().put("error", words));
  }

  @Test
  void aCompressedBodyIsRefused() throws Exception {
    assertThat(post("/seen", "x", JSON, "Content-Encoding: gzip").status()).isEqualTo(415);
  }

  @Test
  void textThatIsNotUtf8IsRefused() throws Exception {
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      String head =
          "POST /seen HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: 1";
      http.raw((head + "\r\n\r\n\u00ff").getBytes(StandardCharsets.ISO_8859_1));
      assertThat(http.answer().status()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "json, application/json, {\"a\":1}",
    "array, application/json, [\"ü\"]",
    "number, application/json, 1.5",
    "text, text/plain; charset=utf-8, Grüße",
    "binary, application/octet-stream, abc",
  })
  void anAnswerHasTheTypeOfItsBody(String path, String type, String body) throws Exception {
    Heard heard = get("/any/" + path);
    assertThat(heard.status()).isEqualTo(200);
    assertThat(heard.header("content-type")).isEqualTo(type);
    assertThat(heard.header("cache-control")).isEqualTo("no-store");
    assertThat(heard.body()).isEqualTo(body);
  }

  @Test
  void anAnswerOfNothingIsNoContent() throws Exception {
    Heard heard = get("/any/nothing");
    assertThat(heard.status()).isEqualTo(204);
    assertThat(heard.header("content-type")).isNull();
  }

  @Test
  void anAnswerChoosesItsStatusAndAFewHeadersAndNoOther() throws Exception {
    Heard created = post("/any/created", null);
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.header("location")).isEqualTo("/any/1");
    assertThat(created.answer().headers("set-cookie")).containsExactly("a=1", "b=2");
    assertThat(created.header("content-length")).isEqualTo("0");
    assertThat(created.answer().names()).doesNotContain("x-other", "transfer-encoding", "status");
    Heard page = get("/any/page");
    assertThat(page.header("content-type")).isEqualTo("text/html");
    assertThat(page.header("cache-control")).isEqualTo("max-age=60");
    assertThat(page.header("content-security-policy"))
        .contains("default-src 'none'", "frame-ancestors 'self'")
        .doesNotContain("friend.example");
    assertThat(get("/any/unchanged").status()).isEqualTo(304);
  }

  @Test
  void aRefusalOfTheFeatureIsToldInItsWords() throws Exception {
    Heard teapot = get("/any/teapot");
    assertThat(teapot.status()).isEqualTo(418);
    assertThat(teapot.json()).isEqualTo(new JsonObject().put("error", "no \"coffee\" here"));
    assertThat(get("/any/silent").json().getString("error")).isNotBlank();
    Heard busy = get("/any/busy");
    assertThat(busy.status()).isEqualTo(503);
    assertThat(busy.json()).isEqualTo(new JsonObject().put("error", "come again"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"broken", "odd-code", "low-code"})
  void theWordsOfAFailureAreNeverShown(String path) throws Exception {
    Heard heard = get("/any/" + path);
    assertThat(heard.status()).isEqualTo(500);
    assertThat(heard.json()).isEqualTo(new JsonObject().put("error", "the request failed"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "99", "100", "199", "600", "2000", "-200"})
  void aStatusThatIsNoneIsAFailure(String status) throws Exception {
    assertThat(get("/any/status?" + status).status()).isEqualTo(500);
  }

  @Test
  void anAnswerCannotSplitTheResponse() throws Exception {
    Heard heard = get("/any/split");
    assertThat(heard.status()).isEqualTo(500);
    assertThat(heard.answer().names()).doesNotContain("set-cookie", "location");
  }

  @Test
  void theOperatorIsToldOfAFailureOnceAMinute() throws Exception {
    try (LogLines log = new LogLines("io.busbar.route");
        TestGateway other =
            TestGateway.start(
                "features=[{verticle: io.busbar.feature.EchoVerticle,"
                    + " http: [{path: /any/*, address: t.any}]}]")) {
      TestGateway.await(other.bus().consumer("t.any", RouteTest::answer).completion());
      for (int i = 0; i < 3; i++) {
        try (RawHttp http = new RawHttp(other.httpPort())) {
          assertThat(http.get("/any/status?700").status()).isEqualTo(500);
        }
      }
      assertThat(log.with(""))
          .containsExactly(
              "/any/* at t.any is answered 500: an answer has a status that is not from 200 to 599:"
                  + " 700");
    }
  }

  @Test
  void whereNobodyListensTheServiceIsNotThere() throws Exception {
    Heard heard = get("/nobody");
    assertThat(heard.status()).isEqualTo(503);
    assertThat(heard.header("retry-after")).isEqualTo("1");
    assertThat(heard.body()).doesNotContain("t.nobody");
  }

  @Test
  void anAnswerThatDoesNotComeInTimeIsATimeout() throws Exception {
    assertThat(get("/deaf").status()).isEqualTo(504);
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedWhetherItsLengthIsToldOrNot() throws Exception {
    assertThat(post("/small", "x".repeat(16)).status()).isEqualTo(200);
    assertThat(post("/small", "x".repeat(17)).status()).isEqualTo(413);
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      http.send("POST", "/small", null, "Transfer-Encoding: chunked");
      http.raw(("11\r\n" + "x".repeat(17) + "\r\n0\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      assertThat(http.answer().status()).isEqualTo(413);
    }
  }

  @Test
  void aMethodThatIsNotAmongThoseOfTheRouteIsRefused() throws Exception {
    Heard heard = get("/post");
    assertThat(heard.status()).isEqualTo(405);
    assertThat(heard.header("allow")).isEqualTo("POST, OPTIONS");
    assertThat(ask("HEAD", "/post", null).status()).isEqualTo(405);
    assertThat(ask("TRACE", "/seen", null).status()).isEqualTo(405);
    assertThat(ask("FOO", "/seen", "x").status()).isEqualTo(405);
    assertThat(post("/post", "x").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE"})
  void theFeatureIsToldTheMethod(String method) throws Exception {
    assertThat(ask(method, "/seen", null).told()).containsEntry("method", method);
  }

  @Test
  void headIsAnsweredAsGetWithoutABody() throws Exception {
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      RawHttp.Answer head = http.send("HEAD", "/any/text", null).answer();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("content-length")).isEqualTo("7");
      assertThat(http.get("/any/text").body()).isEqualTo("Grüße");
      assertThat(http.send("HEAD", "/head", null).answer().status()).isEqualTo(200);
      assertThat(http.get("/head").header("allow")).isEqualTo("HEAD, OPTIONS");
    }
  }

  @Test
  void aServiceHasAllButTheMethodsOfTheRouteAtItsPath() throws Exception {
    assertThat(post("/echo", "x").told()).containsEntry("path", "/echo");
    assertThat(get("/echo").body()).isEqualTo("Welcome to SockJS!\n");
    assertThat(get("/echo/info").json().getBoolean("websocket")).isTrue();
    assertThat(post("/echo/1/session/xhr", null).body()).isEqualTo("o\n");
    assertThat(ask("PUT", "/echo", "x").body()).doesNotContain("headers");
    assertThat(ask("HEAD", "/echo", null).header("allow")).isNull();
    String origin = "Origin: https://friend.example";
    String asked = "Access-Control-Request-Method: ";
    Heard first = ask("OPTIONS", "/echo", null, origin, asked + "POST");
    assertThat(first.status()).isEqualTo(204);
    assertThat(first.header("access-control-allow-methods")).isEqualTo("POST, OPTIONS");
    for (String other : List.of(asked + "GET", asked + "OPTIONS", "Accept: */*")) {
      Heard service = ask("OPTIONS", "/echo", null, origin, other);
      assertThat(service.header("access-control-allow-methods")).as(other).isNull();
    }
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      RawHttp.Answer shaken =
          http.send(
                  "GET",
                  "/echo",
                  null,
                  "Connection: Upgrade",
                  "Upgrade: websocket",
                  "Sec-WebSocket-Version: 13",
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
              .answer();
      assertThat(shaken.status()).isEqualTo(101);
    }
  }

  @Test
  void optionsTellsTheMethods() throws Exception {
    Heard heard = ask("OPTIONS", "/notes", null);
    assertThat(heard.status()).isEqualTo(204);
    assertThat(heard.header("allow")).isEqualTo("GET, HEAD, POST, OPTIONS");
  }

  @ParameterizedTest
  @CsvSource({"GET, /seen", "POST, /post", "OPTIONS, /seen", "GET, /members"})
  void aPageOfAForeignOriginIsRefused(String method, String path) throws Exception {
    Heard heard = ask(method, path, null, "Origin: https://evil.example");
    assertThat(heard.status()).isEqualTo(403);
    assertThat(heard.header("access-control-allow-origin")).isNull();
  }

  @Test
  void aPageOfAnOriginThatMayConnectMayAskFirst() throws Exception {
    String origin = "Origin: https://friend.example";
    Heard preflight =
        ask(
            "OPTIONS",
            "/members",
            null,
            origin,
            "Access-Control-Request-Method: PUT",
            "Access-Control-Request-Headers: content-type, authorization");
    assertThat(preflight.status()).isEqualTo(204);
    assertThat(preflight.header("access-control-allow-origin")).isEqualTo("https://friend.example");
    assertThat(preflight.header("access-control-allow-methods")).contains("PUT");
    assertThat(preflight.header("access-control-allow-headers"))
        .isEqualTo("content-type, authorization");
    assertThat(get("/any/text", origin).header("access-control-allow-origin"))
        .isEqualTo("https://friend.example");
  }

  @Test
  void aWrongLoginIsRefusedEvenWhereNoneIsNeeded() throws Exception {
    for (String path : List.of("/seen", "/seen/a", "/members", "/nobody")) {
      Heard heard = get(path, basic("nobody-" + path.length() + ":wrong"));
      assertThat(heard.status()).as(path).isIn(401, 429);
      assertThat(heard.body()).doesNotContain("headers");
    }
  }

  @Test
  void whereALoginIsRequiredWhoHasNoneIsToldHow() throws Exception {
    Heard heard = post("/members", "x");
    assertThat(heard.status()).isEqualTo(401);
    assertThat(heard.answer().headers("www-authenticate"))
        .containsExactly("Bearer", "Basic realm=\"busbar\", charset=\"UTF-8\"");
    assertThat(heard.json()).isEqualTo(new JsonObject().put("error", "not logged in"));
    assertThat(get("/members", DEMO).told()).containsEntry("user", "demo");
  }

  @Test
  void theFeatureIsToldWhoAsks() throws Exception {
    Map<String, Object> user = get("/seen", DEMO).told();
    assertThat(user).containsEntry("user", "demo").containsEntry("protocol", "http");
    assertThat((String) user.get("session")).isNotBlank();
    assertThat(get("/seen").told()).doesNotContainKey("user").containsKey("session");
  }

  @Test
  void noClientSaysWhatTheGatewayAloneSaysAndNoOtherHeaderIsToldEither() throws Exception {
    Map<String, Object> told =
        get(
                "/seen?user=root",
                "User: root",
                "session: 1",
                "roles: admin",
                "protocol: stomp",
                "busbar-except: x",
                "Busbar-Await: handled",
                "method: DELETE",
                "path: /other",
                "status: 500",
                "Cookie: a=b",
                "X-Forwarded-For: 1.2.3.4",
                "Accept: text/html",
                "Accept: a/b",
                "Accept-Language: de")
            .told();
    assertThat(told.keySet())
        .containsExactlyInAnyOrder(
            "session", "protocol", "method", "path", "query", "accept", "accept-language");
    assertThat(told)
        .containsEntry("method", "GET")
        .containsEntry("path", "/seen")
        .containsEntry("query", "user=root")
        .containsEntry("protocol", "http")
        .containsEntry("accept", "text/html, a/b")
        .containsEntry("accept-language", "de");
    assertThat(told.get("session")).isNotEqualTo("1");
  }

  @Test
  void pathAndQueryComeAsTheyWereWritten() throws Exception {
    assertThat(get("/seen/a%2Fb%20c/%C3%BC?x=%26&y=a+b&&;").told())
        .containsEntry("path", "/seen/a%2Fb%20c/%C3%BC")
        .containsEntry("query", "x=%26&y=a+b&&;");
    assertThat(get("/seen").told()).doesNotContainKey("query");
    assertThat(get("/seen?").told().getOrDefault("query", "")).isEqualTo("");
  }

  @Test
  void aTokenInTheUrlIsNotHandedOn() throws Exception {
    Heard heard = get("/seen?a=1&access=x&b=2");
    assertThat(heard.status()).isEqualTo(401);
    assertThat(get("/seen?a=1&b=%61ccess").told()).containsEntry("query", "a=1&b=%61ccess");
  }

  @Test
  void aStarIsForAllThatIsBelowAndTheLongestPathCounts() throws Exception {
    assertThat(get("/seen/").told()).containsEntry("path", "/seen/");
    assertThat(get("/seen/a/b").told()).containsEntry("path", "/seen/a/b");
    assertThat(get("/seen/better/x").body()).isEqualTo("better");
    assertThat(get("/seen/better").told()).containsEntry("path", "/seen/better");
    assertThat(get("/any").status()).isEqualTo(404);
    assertThat(get("/seenx").status()).isEqualTo(404);
    assertThat(get("/post/x").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/seen/../x",
        "/seen/..",
        "/seen/./x",
        "/seen/%2e%2E/x",
        "/seen/a%2f..%2fb",
        "/seen/..%5cx",
        "/seen/.%2e"
      })
  void aPathThatClimbsIsRefused(String path) throws Exception {
    assertThat(get(path).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {path: /eventbus, address: a}   | features[0].http[0].path is the path of the bridge, too
          {path: /eventbus/x, address: a} | features[0].http[0].path is the path of the bridge, too
          {path: /stomp/*, address: a}    | features[0].http[0].path is the path of STOMP, too
          {path: /events, address: a}     | features[0].http[0].path is the path of server-sent events, too
          {path: /socket.io, address: a}  | features[0].http[0].path is the path of Socket.IO, too
          {path: /chat, address: a}       | features[0].http[0].path is given to services[1].path
          {path: /chat, methods: [post, get], address: a} | features[0].http[0].path is given to services[1].path
          {path: /chat, methods: [post, head], address: a} | features[0].http[0].path is given to services[1].path
          {path: /chat/*, methods: [post], address: a} | features[0].http[0].path is given to services[1].path
          {path: /chat/x, methods: [post], address: a} | features[0].http[0].path is given to services[1].path
          {path: /eventbus, methods: [post], address: a} | features[0].http[0].path is the path of the bridge, too
          {path: /app, methods: [post], address: a} | features[0].http[0].path is the path of Pusher, too
          {path: /webjars/*, address: a}  | features[0].http[0].path is the path of the gateway's own libraries, too
          {path: /a, address: a}, {path: /a, address: b} | features[0].http[1].path is that of features[0].http[0], too
          {path: a, address: a}           | features[0].http[0].path must be a path like /chat
          {path: /*, address: a}          | features[0].http[0].path must be a path like /chat
          {path: /a/*/b, address: a}      | features[0].http[0].path must be a path like /chat
          {path: /a, address: busbar.x}   | features[0].http[0].address must not be one of the gateway's own
          {path: /a, address: __vertx.x}  | features[0].http[0].address must not be one of the gateway's own
          {path: /a, address: ''}         | features[0].http[0].address must not be empty
          {path: /a}                      | features[0].http[0].address is missing
          {path: /a, address: a, methods: [CONNECT]} | features[0].http[0].methods[0] must be get, head, post, put, patch or delete
          {path: /a, address: a, methods: []} | features[0].http[0].methods must not be empty
          {path: /a, address: a, timeout: 0s} | features[0].http[0].timeout must be longer than 0
          {path: /a, address: a, max-body: 65MiB} | features[0].http[0].max-body must be from 0 to 64MiB
          {path: /a, address: a, login: maybe} | features[0].http[0].login must be optional or required
          """)
  void aRouteThatCannotBeStopsTheStart(String route, String words) {
    assertThatThrownBy(() -> load("[{verticle: V, http: [" + route + "]}]"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(words);
  }

  @Test
  void aRouteLeavesGetToAServiceAtTheSamePath() {
    load("[{verticle: V, http: [{path: /chat, methods: [post, put, patch, delete], address: a}]}]");
  }

  @Test
  void engineIoIsSpokenByPostAndSharesItsPathWithNobody() {
    String route = "features=[{verticle: V, http: [{path: /e, methods: [post], address: a}]}]";
    String service = "services=[{path: /e, address: b, engineio: %s}]";
    ConfigLoader.load(null, Map.of(), List.of(route, service.formatted(false)));
    assertThatThrownBy(
            () -> ConfigLoader.load(null, Map.of(), List.of(route, service.formatted(true))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("features[0].http[0].path is given to services[0].path");
  }

  @Test
  void twoFeaturesDoNotShareAPath() {
    assertThatThrownBy(
            () ->
                load(
                    "[{verticle: V, http: [{path: /a/*, address: a}]},"
                        + " {verticle: W, http: [{path: /a, address: a}, {path: /a/*, address: b}]}]"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "features[1].http[1].path is that of features[0].http[0], too, not \"/a/*\"");
  }

  private static void load(String features) {
    ConfigLoader.load(null, Map.of(), List.of("features=" + features));
  }

  @Test
  void aBodyThatIsHalfSentIsEnded() throws Exception {
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      http.send("POST", "/seen", null, "Content-Length: 1000", JSON);
      http.raw("[1,".getBytes(StandardCharsets.UTF_8));
      assertThat(http.answer().status()).isEqualTo(408);
    }
  }

  @Test
  void soManyRequestsOfOneAddressWaitAtOnceAndNoMore() throws Exception {
    List<RawHttp> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < MOST_AT_ONCE + 2; i++) {
        waiting.add(new RawHttp(gateway.httpPort()).send("GET", "/deaf", null));
      }
      List<Integer> statuses = new ArrayList<>();
      for (RawHttp http : waiting) {
        statuses.add(http.answer().status());
      }
      assertThat(statuses).filteredOn(status -> status == 504).hasSize(MOST_AT_ONCE);
      assertThat(statuses).filteredOn(status -> status == 429).hasSize(2);
      assertThat(get("/any/text").status()).isEqualTo(200);
    } finally {
      for (RawHttp http : waiting) {
        http.close();
      }
    }
  }

  @Test
  void whoAsksForAWebSocketGetsAnAnswer() throws Exception {
    assertThat(get("/seen", "Upgrade: websocket", "Connection: Upgrade", DEMO).told())
        .containsEntry("user", "demo");
  }

  @Test
  void theBasePathIsNotPartOfThePath() throws Exception {
    try (TestGateway other =
            TestGateway.start(
                "http.base-path=/realtime",
                "features=[{verticle: io.busbar.feature.EchoVerticle,"
                    + " http: [{path: /seen, address: t.seen}]}]");
        RawHttp http = new RawHttp(other.httpPort())) {
      TestGateway.await(other.bus().consumer("t.seen", RouteTest::tell).completion());
      assertThat(http.get("/realtime/seen?a=1").body())
          .contains("\"path\":\"/seen\"", "\"query\":\"a=1\"");
    }
  }

  @Test
  void theExampleOfThePageWorks() throws Exception {
    assertThat(get("/notes").body()).isEqualTo("[]");
    assertThat(post("/notes", "milk", "Content-Type: text/plain").status()).isEqualTo(201);
    assertThat(get("/notes").body()).isEqualTo("[\"milk\"]");
    Heard refused = post("/notes", "{}", JSON);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().getString("error")).isEqualTo("a note is text");
    String source =
        Files.readString(Path.of("src/test/java/io/busbar/protocol/route/NotesVerticle.java"));
    assertThat(Files.readString(Path.of("src/site/markdown/features.md")))
        .contains(source.substring(source.indexOf("public final class")));
  }

  @Test
  void oddRequestsAreAnsweredAndNoneIsAFailure() throws Exception {
    long seed = Long.getLong("busbar.seed", System.nanoTime());
    Random random = new Random(seed);
    RawHttp http = new RawHttp(gateway.httpPort());
    for (int i = 0; i < ODD; i++) {
      String request = odd(random);
      String about = "busbar.seed=" + seed + ", to\n" + request;
      http.raw(request.getBytes(StandardCharsets.ISO_8859_1));
      RawHttp.Answer answer = http.answer();
      String body = request.startsWith("HEAD") ? "" : answer.body();
      assertThat(answer.status()).as(about).matches(s -> s >= 200 && s < 500 || s == 503);
      assertThat(body).as(about).doesNotContain("xception", "java.", "io.vertx");
      if ("close".equalsIgnoreCase(answer.header("connection")) || answer.status() == 400) {
        http.close();
        http = new RawHttp(gateway.httpPort());
      }
    }
    http.close();
    assertThat(get("/any/text").body()).isEqualTo("Grüße");
  }

  private static String odd(Random random) {
    String[] methods = {"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "X", "TRACE"};
    String[] paths = {
      "/seen", "/seen/", "/seen/%ff", "/seen/%00", "/seen/%zz", "/seen/..", "/any/json",
          "/any/text",
      "/nobody", "/small", "/members", "/post", "/any/%0d%0aX:y", "/seen/*", "/seen/a;b",
          "/any/teapot"
    };
    String[] queries = {
      "", "?", "?a", "?a=%", "?%ff=%00", "?access=", "?access=a.b.c", "?;&=&", "??"
    };
    String[] headers = {
      "Content-Type: application/json",
      "Content-Type: text/plain; charset=\"x",
      "Content-Type: ;;",
      "Content-Type: text/",
      "Content-Type: +json",
      "Content-Encoding: br",
      "Origin: null",
      "Origin: http://127.0.0.1",
      "Authorization: Bearer x.y.z",
      "Authorization: Digest x",
      "Accept: \u00e4\t",
      "Accept-Language: ,,,",
      "session: x",
      "Upgrade: websocket",
      "Expect: 100-continues",
      "Cookie: =;",
      "Content-Type: application/json; charset=utf-16"
    };
    String[] bodies = {
      "",
      "{}",
      "[",
      "null",
      "1e999",
      "\"\\ud800\"",
      "\u00ff\u00fe",
      "{\"a\":" + "[".repeat(2000),
      "NaN",
      "{\"a\":1,\"a\":2}",
      "x".repeat(70_000),
      "\"",
      "{\"user\":\"root\"}",
      "1 2"
    };
    StringBuilder request = new StringBuilder();
    request.append(one(random, methods)).append(' ').append(one(random, paths));
    request.append(one(random, queries)).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    for (int i = random.nextInt(4); i > 0; i--) {
      request.append(one(random, headers)).append("\r\n");
    }
    String body = one(random, bodies);
    return request.append("Content-Length: ").append(body.length()).append("\r\n\r\n") + body;
  }

  private static String one(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
