package io.busbar.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.client.SocketIoJavaClient.Refused;
import io.busbar.client.SocketIoJavaClient.Way;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.json.JSONObject;

/**
 * Checks of the Socket.IO client for Java, in a JVM whose class path has the wanted version. The
 * arguments are the URL of the gateway and the version, 4 or 2. Used by one thread.
 */
final class SocketIoJavaScript {
  private static final Map<String, String[]> WAYS = new LinkedHashMap<>();

  static {
    WAYS.put("polling", new String[] {"polling"});
    WAYS.put("a WebSocket", new String[] {"websocket"});
    WAYS.put("polling and a WebSocket after it", new String[] {"polling", "websocket"});
  }

  private final URI gateway;
  private final Way way;

  private SocketIoJavaScript(URI gateway, Way way) {
    this.gateway = gateway;
    this.way = way;
  }

  /** Runs the checks, and then ends the JVM, because the client's threads live on for a minute. */
  public static void main(String[] args) {
    int line = Integer.parseInt(args[1]);
    TapChecks checks = new TapChecks();
    WAYS.forEach(
        (name, transports) -> {
          Way way = new Way(line, transports);
          String who = "Java, line %d over %s: ".formatted(line, name);
          new SocketIoJavaScript(URI.create(args[0]), way).addTo(checks, who);
        });
    System.exit(checks.run() ? 0 : 1);
  }

  private void addTo(TapChecks checks, String who) {
    checks.add(who + "what it publishes is acknowledged and comes back", this::bus);
    checks.add(who + "bytes stay bytes in both directions, also inside JSON", this::bytes);
    checks.add(who + "it acknowledges, and is acknowledged", this::acknowledgements);
    checks.add(who + "it chats in a feature's namespace, and its goodbye is seen", this::chat);
    checks.add(who + "a wrong login is a connect error, a right one is a user", this::logins);
  }

  private static String address() {
    return "public." + UUID.randomUUID();
  }

  private SocketIoJavaClient enter(String namespace) throws Exception {
    return SocketIoJavaClient.enter(gateway, namespace, way);
  }

  /** Checks that there is no error. An acknowledgement can have null in two forms. */
  private static void assertNoError(Object[] acknowledgement) {
    assertThat(acknowledgement[0]).isIn(null, JSONObject.NULL);
  }

  private static SocketIoJavaClient subscribed(SocketIoJavaClient client, String address)
      throws Exception {
    client.listen(address);
    assertNoError(client.ask("subscribe", address));
    return client;
  }

  private void bus() throws Exception {
    String address = address();
    try (SocketIoJavaClient client = subscribed(enter("/"), address)) {
      JSONObject body = new JSONObject("{\"text\": \"Grüße \\u2028 😀\", \"n\": [1, null]}");
      assertNoError(client.ask("publish", address, body));
      Object[] event = client.next(address);
      assertThat(event[0]).hasToString(body.toString());
      assertThat(((JSONObject) event[1]).getString("address")).isEqualTo(address);
      for (int i = 0; i < 100; i++) {
        client.emit("publish", address, i);
      }
      for (int i = 0; i < 100; i++) {
        assertThat(client.next(address)[0]).isEqualTo(i);
      }
      JSONObject denied = (JSONObject) client.ask("subscribe", "secret")[0];
      assertThat(denied.getString("message")).contains("denied");
    }
  }

  private void bytes() throws Exception {
    String address = address();
    byte[] plain = {0, 1, -1};
    byte[] deep = {30, 'x'};
    try (SocketIoJavaClient client = subscribed(enter("/"), address)) {
      client.emit("publish", address, plain);
      assertThat(client.next(address)[0]).isEqualTo(plain);
      client.emit("publish", address, new JSONObject().put("deep", deep));
      assertThat(((JSONObject) client.next(address)[0]).get("deep")).isEqualTo(deep);
      assertThat(client.ask("request", "echo", plain)[1]).isEqualTo(plain);
    }
  }

  private void acknowledgements() throws Exception {
    String address = address();
    try (SocketIoJavaClient asking = enter("/");
        SocketIoJavaClient answering = enter("/")) {
      answering.answer(address, question -> "answer to " + question);
      assertNoError(answering.ask("subscribe", address));
      Object[] answer = asking.ask("request", address, "it");
      assertNoError(answer);
      assertThat(answer[1]).isEqualTo("answer to it");
      JSONObject nobody = (JSONObject) asking.ask("request", address(), "it")[0];
      assertThat(nobody.getString("code")).isEqualTo("NO_HANDLERS");
    }
  }

  private void chat() throws Exception {
    String nickname = "n" + UUID.randomUUID().toString().substring(0, 8);
    SocketIoJavaClient leaving = enter("/chat");
    try (SocketIoJavaClient staying = enter("/chat")) {
      staying.listen("message");
      staying.listen("nickname");
      staying.listen("notification");
      leaving.ask("nickname", new JSONObject().put("nickname", nickname));
      assertThat(staying.find("nickname", nickname)).contains("changed to " + nickname);
      leaving.emit("message", "hello from " + nickname);
      assertThat(staying.find("message", "hello from " + nickname))
          .contains("\"nickname\":\"" + nickname + '"');
      leaving.leave();
      staying.find("notification", nickname + " has disconnected");
    }
  }

  private void logins() throws Exception {
    Map<String, String> wrong = Map.of("username", "demo", "password", "guess");
    assertThatThrownBy(() -> SocketIoJavaClient.enter(gateway, "/chat", way, wrong))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("login is not right");
    Map<String, String> right = Map.of("username", "demo", "password", "demo");
    try (SocketIoJavaClient demo = SocketIoJavaClient.enter(gateway, "/", way, right);
        SocketIoJavaClient nobody = enter("/")) {
      subscribed(demo, "mine.demo");
      JSONObject denied = (JSONObject) nobody.ask("subscribe", "mine.demo")[0];
      assertThat(denied.getString("message")).contains("not logged in");
    }
  }
}
