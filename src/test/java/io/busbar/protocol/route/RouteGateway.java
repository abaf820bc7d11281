package io.busbar.protocol.route;

import io.busbar.TestGateway;
import io.busbar.protocol.session.RawHttp;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** A node with features that answer at paths of its HTTP port, and a client for them. */
final class RouteGateway implements AutoCloseable {
  static final String JSON = "Content-Type: application/json";
  static final String DEMO = basic("demo:demo");
  private static final String SECRET = "java.lang.Secret at Feature.java:7";

  /** Requests of one address that may wait. */
  static final int MOST_AT_ONCE = 5;

  private final TestGateway gateway;

  RouteGateway() {
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
    consume("t.seen", RouteGateway::replyWithRequest);
    consume("t.better", asked -> asked.reply("better"));
    consume("t.deaf", asked -> {});
    consume("t.any", RouteGateway::answer);
  }

  private void consume(String address, Handler<Message<Object>> handler) {
    TestGateway.await(gateway.bus().consumer(address, handler).completion());
  }

  /** Replies with the request. */
  static void replyWithRequest(Message<Object> asked) {
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
  static void answer(Message<Object> asked) {
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

  static String basic(String both) {
    return "Authorization: Basic "
        + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
  }

  /** A response with its body. */
  record Received(RawHttp.Answer answer, String body) {
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
    Map<String, Object> jsonBody() {
      return json().getJsonObject("headers").getMap();
    }
  }

  Received ask(String method, String path, String body, String... headers) throws IOException {
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      RawHttp.Answer answer = http.send(method, path, body, headers).answer();
      return new Received(answer, method.equals("HEAD") ? "" : answer.body());
    }
  }

  Received get(String path, String... headers) throws IOException {
    return ask("GET", path, null, headers);
  }

  Received post(String path, String body, String... headers) throws IOException {
    return ask("POST", path, body, headers);
  }

  RawHttp connect() throws IOException {
    return new RawHttp(gateway.httpPort());
  }

  @Override
  public void close() {
    gateway.close();
  }
}
