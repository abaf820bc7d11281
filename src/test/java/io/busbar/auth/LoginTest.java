package io.busbar.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.hub.Hub;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests of all ways to log in, with a complete node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LoginTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private TestGateway gateway;
  private WebSocketClient sockets;
  private HttpClient http;

  @BeforeAll
  void start() {
    gateway =
        TestGateway.start(
            "auth.jwt.secret=" + SECRET,
            "auth.cookie=who",
            "permissions=[{address: 'team.{user}', authenticated: true, allow: [subscribe, publish]},"
                + " {address: '#', role: trader, allow: [subscribe, send, publish]}]");
    sockets = gateway.vertx().createWebSocketClient();
    http = gateway.vertx().createHttpClient();
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  /** A client of the bridge. Any thread may read what it has heard. */
  private final class Client {
    private final BlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Short> closed = new CompletableFuture<>();
    private final WebSocket socket;

    private Client(String... header) {
      this("/eventbus/websocket", List.of(header));
    }

    private Client(String path, List<String> header) {
      WebSocketConnectOptions options =
          new WebSocketConnectOptions()
              .setHost("127.0.0.1")
              .setPort(gateway.httpPort())
              .setURI(path);
      if (!header.isEmpty()) {
        options.addHeader(header.get(0), header.get(1));
      }
      socket =
          TestGateway.await(
              sockets
                  .connect(options)
                  .onSuccess(
                      open -> {
                        open.textMessageHandler(text -> received.add(new JsonObject(text)));
                        open.closeHandler(gone -> closed.complete(open.closeStatusCode()));
                      }));
    }

    private void say(String type, String... members) {
      JsonObject message = new JsonObject().put("type", type);
      for (int i = 0; i < members.length; i += 2) {
        message.put(members[i], members[i + 1]);
      }
      socket.writeTextMessage(message.encode());
    }

    private JsonObject next() throws InterruptedException {
      JsonObject message = received.poll(20, TimeUnit.SECONDS);
      assertThat(message).isNotNull();
      return message;
    }

    private int code() throws Exception {
      return closed.get(20, TimeUnit.SECONDS);
    }
  }

  private static String basic(String user, String password) {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  private static String token(long seconds) throws Exception {
    long exp = System.currentTimeMillis() / 1000 + seconds;
    byte[] key = SECRET.getBytes(StandardCharsets.UTF_8);
    return TestTokens.hs256(key, TokensTest.claims().put("exp", exp));
  }

  private void receivesOwnMessage(Client client, String user) throws Exception {
    client.say("register", "address", "team." + user);
    client.say("publish", "address", "team." + user, "body", "hello");
    assertThat(client.next().getString("body")).isEqualTo("hello");
  }

  @Test
  void clientLogsInWithAPasswordInAMessage() throws Exception {
    Client client = new Client();
    client.say("register", "address", "team.demo");
    assertThat(client.next().getString("body")).isEqualTo("not_logged_in");
    client.say("login", "username", "demo", "password", "demo");
    JsonObject answer = client.next();
    assertThat(answer.getString("type")).isEqualTo("login");
    assertThat(answer.getString("user")).isEqualTo("demo");
    receivesOwnMessage(client, "demo");
  }

  @Test
  void messagesDuringTheLoginWaitForIt() throws Exception {
    Client client = new Client();
    client.say("login", "username", "demo", "password", "demo");
    client.say("register", "address", "team.demo");
    client.say("publish", "address", "team.demo", "body", "hello");
    assertThat(client.next().getString("type")).isEqualTo("login");
    assertThat(client.next().getString("body")).isEqualTo("hello");
  }

  @Test
  void unknownUserAndWrongPasswordGetTheSameError() throws Exception {
    Client client = new Client();
    client.say("login", "username", "demo", "password", "wrong");
    JsonObject wrong = client.next();
    client.say("login", "username", "nobody", "password", "demo");
    assertThat(client.next()).isEqualTo(wrong);
    assertThat(wrong.getString("body")).isEqualTo("auth_error");
  }

  @Test
  void handshakeLogsInByAuthorizationOrCookie() throws Exception {
    receivesOwnMessage(new Client("Authorization", basic("demo", "demo")), "demo");
    receivesOwnMessage(new Client("Authorization", "Bearer " + token(600)), "ann");
    receivesOwnMessage(new Client("Cookie", "who=" + token(600)), "ann");
  }

  private UpgradeRejectedException rejected(String... headers) {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(gateway.httpPort())
            .setURI("/eventbus/websocket");
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    Future<Throwable> cause =
        sockets.connect(options).transform(done -> Future.succeededFuture(done.cause()));
    return (UpgradeRejectedException) TestGateway.await(cause);
  }

  @Test
  void invalidTokenInTheHandshakeIsAnswered401() {
    UpgradeRejectedException answer = rejected("Authorization", "Bearer x.y.z");
    assertThat(answer.getStatus()).isEqualTo(401);
    assertThat(answer.getHeaders().getAll("WWW-Authenticate")).hasSize(2);
  }

  @Test
  void pageOfAnotherSiteIsRefusedDespiteItsCookie() throws Exception {
    String cookie = "who=" + token(600);
    assertThat(rejected("Origin", "https://evil.example", "Cookie", cookie).getStatus())
        .isEqualTo(403);
  }

  @Test
  void chatUsesTheNameOfTheLogin() throws Exception {
    Client client = new Client("/chat", List.of("Authorization", basic("demo", "demo")));
    assertThat(client.next().getString("nickname")).isEqualTo("demo");
  }

  @Test
  void sockJsPollLogsInByAuthorization() {
    String polled =
        TestGateway.await(
            http.request(HttpMethod.POST, gateway.httpPort(), "127.0.0.1", "/eventbus/0/x1/xhr")
                .compose(
                    request ->
                        request.putHeader("Authorization", basic("demo", "demo")).send("body"))
                .compose(response -> response.body())
                .map(Object::toString));
    assertThat(polled).isEqualTo("o\n");
  }

  @Test
  void userCannotSubscribeToTheChannelOfAnother() throws Exception {
    Client client = new Client("Authorization", basic("demo", "demo"));
    client.say("register", "address", "team.ann");
    assertThat(client.next().getString("body")).isEqualTo("access_denied");
  }

  @Test
  void expiredTokenEndsTheConnectionUnlessRefreshed() throws Exception {
    Client kept = new Client("Authorization", "Bearer " + token(-8));
    kept.say("refresh", "token", token(600));
    assertThat(kept.next().getString("user")).isEqualTo("ann");
    Client ended = new Client("Authorization", "Bearer " + token(-8));
    assertThat(ended.code()).isEqualTo(4401);
    receivesOwnMessage(kept, "ann");
  }

  @Test
  void refreshWithATokenOfAnotherUserIsRefused() throws Exception {
    Client client = new Client("Authorization", basic("demo", "demo"));
    client.say("refresh", "token", token(600));
    assertThat(client.next().getString("body")).isEqualTo("auth_error");
    receivesOwnMessage(client, "demo");
  }

  @Test
  void sessionsOfAUserAreEnded() throws Exception {
    Client ann = new Client("Authorization", "Bearer " + token(600));
    Client demo = new Client("Authorization", basic("demo", "demo"));
    receivesOwnMessage(ann, "ann");
    receivesOwnMessage(demo, "demo");
    gateway.bus().publish(Hub.SESSIONS_END, new JsonObject().put("user", "ann"));
    assertThat(ann.code()).isEqualTo(4403);
    receivesOwnMessageAgain(demo);
  }

  private static void receivesOwnMessageAgain(Client client) throws Exception {
    client.say("publish", "address", "team.demo", "body", "again");
    assertThat(client.next().getString("body")).isEqualTo("again");
  }

  @Test
  void featureReceivesTheRealUserAndNotTheClaimedOne() throws Exception {
    CompletableFuture<String> loginAnswer = new CompletableFuture<>();
    gateway
        .bus()
        .consumer(
            "team.ann",
            message ->
                loginAnswer.complete(
                    message.headers().get("user") + message.headers().get("roles")));
    Client ann = new Client("Authorization", "Bearer " + token(600));
    ann.socket.writeTextMessage(
        "{\"type\":\"publish\",\"address\":\"team.ann\",\"headers\":{\"user\":\"root\",\"roles\":\"all\"}}");
    assertThat(loginAnswer.get(20, TimeUnit.SECONDS)).isEqualTo("anntrader");
  }
}
