package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import com.pusher.client.Pusher;
import com.pusher.client.PusherOptions;
import com.pusher.client.channel.PresenceChannel;
import com.pusher.client.channel.PresenceChannelEventListener;
import com.pusher.client.channel.PrivateChannel;
import com.pusher.client.channel.PusherEvent;
import com.pusher.client.channel.User;
import com.pusher.client.connection.ConnectionEventListener;
import com.pusher.client.connection.ConnectionState;
import com.pusher.client.connection.ConnectionStateChange;
import io.busbar.TestGateway;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pusher's own Java client; the test signs in place of a backend. */
final class PusherForJavaTest {
  private static final long SECONDS = 20;
  private static final DeliveryOptions SAID = new DeliveryOptions().addHeader("name", "said");

  private final TestGateway gateway =
      TestGateway.start(
          "permissions=[{address: 'public.#', allow: [subscribe]}]", PusherClient.APPS);
  private final List<Pusher> clients = new ArrayList<>();

  @AfterEach
  void stop() {
    clients.forEach(Pusher::disconnect);
    gateway.close();
  }

  /** The callbacks of a client, one line each. */
  private static final class Listener
      implements PresenceChannelEventListener, ConnectionEventListener {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> connected = new CompletableFuture<>();

    String next() throws InterruptedException {
      String next = received.poll(SECONDS, TimeUnit.SECONDS);
      assertThat(next).as("something in %s seconds", SECONDS).isNotNull();
      return next;
    }

    @Override
    public void onConnectionStateChange(ConnectionStateChange change) {
      if (change.getCurrentState() == ConnectionState.CONNECTED) {
        connected.complete(null);
      }
    }

    @Override
    public void onError(String message, String code, Exception e) {
      connected.completeExceptionally(new AssertionError(code + " " + message, e));
      received.add("error " + code);
    }

    @Override
    public void onSubscriptionSucceeded(String channel) {
      received.add("in " + channel);
    }

    @Override
    public void onEvent(PusherEvent event) {
      String user = event.getUserId() == null ? "" : " by " + event.getUserId();
      received.add(event.getEventName() + " " + event.getData() + user);
    }

    @Override
    public void onAuthenticationFailure(String message, Exception e) {
      received.add("failure " + message);
    }

    @Override
    public void onUsersInformationReceived(String channel, Set<User> users) {
      received.add("users " + users.stream().map(User::getId).sorted().toList());
    }

    @Override
    public void userSubscribed(String channel, User user) {
      received.add("joined " + user.getId() + " " + user.getInfo());
    }

    @Override
    public void userUnsubscribed(String channel, User user) {
      received.add("left " + user.getId());
    }
  }

  private Pusher connect(String user) throws Exception {
    PusherOptions options =
        new PusherOptions()
            .setHost("127.0.0.1")
            .setWsPort(gateway.httpPort())
            .setUseTLS(false)
            .setChannelAuthorizer((channel, socketId) -> letIn(channel, socketId, user))
            .setUserAuthenticator(socketId -> signIn(socketId, user));
    Pusher pusher = new Pusher("demo-key", options);
    clients.add(pusher);
    Listener listener = new Listener();
    pusher.connect(listener, ConnectionState.ALL);
    listener.connected.get(SECONDS, TimeUnit.SECONDS);
    return pusher;
  }

  private static String letIn(String channel, String socketId, String user) {
    String signed = socketId + ':' + channel;
    JsonObject answer = new JsonObject();
    if (channel.startsWith("presence-")) {
      JsonObject info = new JsonObject().put("name", user);
      String data = new JsonObject().put("user_id", user).put("user_info", info).encode();
      answer.put("channel_data", data);
      signed += ':' + data;
    }
    return answer.put("auth", "demo-key:" + PusherClient.SIGNATURES.of(signed)).encode();
  }

  private static String signIn(String socketId, String user) {
    String data = new JsonObject().put("id", user).encode();
    String signed = socketId + "::user::" + data;
    return new JsonObject()
        .put("auth", "demo-key:" + PusherClient.SIGNATURES.of(signed))
        .put("user_data", data)
        .encode();
  }

  @Test
  void clientReceivesEventsOfAPublicChannel() throws Exception {
    Listener listener = new Listener();
    connect("ann").subscribe("public.a", listener, "said");
    assertThat(listener.next()).isEqualTo("in public.a");
    gateway.bus().publish("public.a", new JsonObject().put("n", 1), SAID);
    assertThat(listener.next()).isEqualTo("said {\"n\":1}");
  }

  @Test
  void clientEventsCrossAPrivateChannel() throws Exception {
    Listener one = new Listener();
    Listener two = new Listener();
    PrivateChannel first = connect("ann").subscribePrivate("private-a", one, "client-hi");
    connect("bob").subscribePrivate("private-a", two, "client-hi");
    assertThat(one.next()).isEqualTo("in private-a");
    assertThat(two.next()).isEqualTo("in private-a");
    first.trigger("client-hi", "{\"n\":1}");
    assertThat(two.next()).isEqualTo("client-hi {\"n\":1}");
    gateway.bus().publish("private-a", 1, new DeliveryOptions().addHeader("name", "client-hi"));
    assertThat(one.next()).isEqualTo("client-hi 1");
  }

  @Test
  void membersOfAPresenceChannelAreAnnounced() throws Exception {
    Listener one = new Listener();
    Listener two = new Listener();
    connect("ann").subscribePresence("presence-a", one, "client-hi");
    assertThat(List.of(one.next(), one.next()))
        .containsExactlyInAnyOrder("in presence-a", "users [ann]");
    Pusher bob = connect("bob");
    PresenceChannel second = bob.subscribePresence("presence-a", two, "client-hi");
    assertThat(List.of(two.next(), two.next()))
        .containsExactlyInAnyOrder("in presence-a", "users [ann, bob]");
    assertThat(second.getMe().getId()).isEqualTo("bob");
    assertThat(one.next()).isEqualTo("joined bob {\"name\":\"bob\"}");
    second.trigger("client-hi", "1");
    assertThat(one.next()).isEqualTo("client-hi 1 by bob");
    bob.unsubscribe("presence-a");
    assertThat(one.next()).isEqualTo("left bob");
  }

  @Test
  void signedInClientReceivesEventsForItsUser() throws Exception {
    Listener listener = new Listener();
    Pusher pusher = connect("ann");
    pusher.user().bind("said", listener);
    pusher.signin();
    org.awaitility.Awaitility.await()
        .atMost(SECONDS, TimeUnit.SECONDS)
        .until(() -> gateway.hub().isListenedTo("#server-to-user-ann"));
    gateway.bus().publish("#server-to-user-ann", 1, SAID);
    assertThat(listener.next()).isEqualTo("said 1");
  }
}
