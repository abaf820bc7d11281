package io.busbar.protocol.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.session.RawHttp;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A polling client. Each request uses a new connection unless the test passes one. Used by the
 * test's thread.
 */
final class EngineClient {
  /** In a script the quotes are escaped. */
  private static final Pattern SID = Pattern.compile("sid\\\\?\":\\\\?\"([A-Za-z0-9_-]+)");

  private final EngineServer server;
  private final String path;
  private final String sid;

  private EngineClient(EngineServer server, String path, String sid) {
    this.server = server;
    this.path = path;
    this.sid = sid;
  }

  /** A response and its body. */
  record Reply(RawHttp.Answer answer, String body) {
    int status() {
      return answer.status();
    }

    JsonObject json() {
      return new JsonObject(body);
    }
  }

  static Reply ask(EngineServer server, String method, String path, String body, String... headers)
      throws IOException {
    try (RawHttp http = server.connect()) {
      RawHttp.Answer answer = http.send(method, path, body, headers).answer();
      return new Reply(answer, answer.body());
    }
  }

  /**
   * @param path with the query, without the session's id
   */
  static EngineClient open(EngineServer server, String path, String... headers) throws IOException {
    Reply opened = ask(server, "GET", path, null, headers);
    assertThat(opened.status()).isEqualTo(200);
    Matcher sid = SID.matcher(opened.body());
    assertThat(sid.find()).isTrue();
    return new EngineClient(server, path, sid.group(1));
  }

  static EngineClient four(EngineServer server, String... headers) throws IOException {
    return open(server, "/engine.io/?EIO=4&transport=polling", headers);
  }

  /** Returns the same client connected to another node. */
  EngineClient at(EngineServer other) {
    return new EngineClient(other, path, sid);
  }

  String sid() {
    return sid;
  }

  /** Returns the URL of its requests. */
  String url() {
    return path + "&sid=" + sid;
  }

  String webSocketUrl() {
    return url().replace("transport=polling", "transport=websocket");
  }

  Reply poll(String... headers) throws IOException {
    return ask(server, "GET", url(), null, headers);
  }

  Reply post(String body, String... headers) throws IOException {
    return ask(server, "POST", url(), body, headers);
  }

  /** Ends the session, which answers a waiting poll. */
  void close() throws IOException {
    assertThat(post("1").body()).isEqualTo("ok");
  }
}
