package io.busbar.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.admin.BridgeListener;
import io.busbar.config.Action;
import io.busbar.config.Permission;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of what happens to connected clients when rules and users change. */
final class RightsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final String HASH = Passwords.hash("demo");

  @TempDir private static Path folder;

  private final Path users = folder.resolve("users");
  private final List<NetClient> netClients = new ArrayList<>();
  private TestGateway gateway;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(users, "ann:" + HASH + ":trader\nbob:" + HASH + "\n");
    gateway =
        TestGateway.start(
            "event-loops=2",
            "auth.users=" + users,
            "auth.jwt.secret=" + SECRET,
            "permissions=[{address: 'public.#', allow: [subscribe, publish, send]},"
                + " {address: orders, role: trader, allow: [subscribe]}]");
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private BridgeListener client(String... headers) {
    return new BridgeListener(gateway.vertx(), gateway.httpPort(), headers);
  }

  private BridgeListener subscribeAs(String user, String address) {
    BridgeListener client = client("Authorization", basic(user)).say("register", address);
    receivesOwnMessage(client);
    return client;
  }

  private static String basic(String user) {
    byte[] both = (user + ":demo").getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  /** Waits until the client hears its own message, when all earlier ones were handled. */
  private static void receivesOwnMessage(BridgeListener client) {
    int before = client.received().size();
    client.say("register", "public.me." + before);
    client.say("publish", "public.me." + before);
    await().atMost(PATIENCE).until(() -> client.received().size() > before);
    assertThat(client.received()).noneMatch(message -> message.getString("type").equals("err"));
  }

  private static int code(BridgeListener client) throws Exception {
    return client.closeCode().get(20, TimeUnit.SECONDS);
  }

  private void rules(Permission... rules) {
    gateway.hub().rights().rules(List.of(rules));
  }

  private static final Permission PUBLIC =
      Permission.of("public.#", Action.SUBSCRIBE, Action.PUBLISH, Action.SEND);

  @Test
  void newRulesApplyToConnectedClients() {
    BridgeListener client = client().say("register", "news");
    await().atMost(PATIENCE).until(() -> !client.received().isEmpty());
    assertThat(client.received().remove(0).getString("body")).isEqualTo("access_denied");
    rules(PUBLIC, Permission.of("news", Action.SUBSCRIBE, Action.PUBLISH));
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              client.say("register", "news").say("publish", "news");
              return client.received().stream()
                  .anyMatch(received -> received.getString("type").equals("rec"));
            });
  }

  @Test
  void forbiddenSubscribersMustReconnectAndOthersStay() throws Exception {
    BridgeListener listens = client().say("register", "public.secret");
    receivesOwnMessage(listens);
    BridgeListener stays = client().say("register", "public.news");
    receivesOwnMessage(stays);
    Permission no =
        new Permission(
            "public.secret", null, List.of(Action.SUBSCRIBE), null, null, null, null, null);
    rules(no, PUBLIC);
    assertThat(code(listens)).isEqualTo(4402);
    receivesOwnMessage(stays);
  }

  @Test
  void newRulesApplyToStompPatternsAndQueues() {
    Queue<String> pattern = stomp("destination:/topic/public.#");
    Queue<String> queue = stomp("destination:/queue/public.jobs");
    rules(Permission.of("public.news", Action.SUBSCRIBE));
    for (Queue<String> received : List.of(pattern, queue)) {
      await().atMost(PATIENCE).until(() -> String.join("", received).contains("ERROR"));
      assertThat(String.join("", received)).contains("rights changed");
    }
  }

  private Queue<String> stomp(String destination) {
    NetClient client = gateway.vertx().createNetClient();
    // A client that no field holds is closed.
    netClients.add(client);
    NetSocket socket = TestGateway.await(client.connect(gateway.stompPort(), "127.0.0.1"));
    Queue<String> received = new ConcurrentLinkedQueue<>();
    socket.handler(bytes -> received.add(bytes.toString()));
    socket.write(
        Buffer.buffer(
            "CONNECT\naccept-version:1.2\nhost:x\n\n\0SUBSCRIBE\nid:1\nreceipt:r\n"
                + destination
                + "\n\n\0"));
    await().atMost(PATIENCE).until(() -> String.join("", received).contains("RECEIPT"));
    return received;
  }

  @Test
  void subscriptionsMadeByTheGatewayStay() throws Exception {
    Queue<String> received = new ConcurrentLinkedQueue<>();
    WebSocketClient client = gateway.vertx().createWebSocketClient();
    WebSocket chat =
        TestGateway.await(
            client
                .connect(gateway.httpPort(), "127.0.0.1", "/chat")
                .onSuccess(open -> open.textMessageHandler(received::add)));
    BridgeListener bystander = client().say("register", "public.x");
    receivesOwnMessage(bystander);
    rules();
    assertThat(code(bystander)).isEqualTo(4402);
    chat.writeTextMessage("still here");
    await().atMost(PATIENCE).until(() -> String.join("", received).contains("still here"));
    client.close();
  }

  @Test
  void removedUserIsDisconnectedUnlessItHasAToken() throws Exception {
    BridgeListener bob = subscribeAs("bob", "public.a");
    long exp = System.currentTimeMillis() / 1000 + 600;
    JsonObject claims = TokensTest.claims().put("sub", "bob").put("exp", exp);
    String token = TestTokens.hs256(SECRET.getBytes(StandardCharsets.UTF_8), claims);
    BridgeListener withToken = client("Authorization", "Bearer " + token);
    BridgeListener ann = subscribeAs("ann", "orders");
    Files.writeString(users, "ann:" + HASH + ":trader\n");
    assertThat(code(bob)).isEqualTo(4403);
    receivesOwnMessage(withToken);
    receivesOwnMessage(ann);
  }

  @Test
  void removedRoleOrChangedPasswordEndsSessions() throws Exception {
    BridgeListener ann = subscribeAs("ann", "orders");
    BridgeListener bob = subscribeAs("bob", "public.a");
    Files.writeString(users, "ann:" + HASH + "\nbob:" + Passwords.hash("other") + "\n");
    assertThat(code(ann)).isEqualTo(4402);
    assertThat(code(bob)).isEqualTo(4403);
  }
}
