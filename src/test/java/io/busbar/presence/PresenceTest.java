package io.busbar.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.hub.PresenceListener;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.stomp.StompClient;
import io.vertx.ext.stomp.StompClientConnection;
import io.vertx.ext.stomp.StompClientOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the users of channels on a single node. Each test has a channel of its own. */
final class PresenceTest {
  private static final JsonObject FIRST = new JsonObject().put("colour", "red");
  private static final JsonObject SECOND = new JsonObject().put("colour", "blue");

  @TempDir private static Path folder;
  private static TestGateway gateway;

  @BeforeAll
  static void start() throws IOException {
    Path users = Users.in(folder, "ann", "bob");
    gateway =
        TestGateway.start(
            "auth.users=" + users,
            "permissions=[{address: public.secret, user: bob, allow: [subscribe]},"
                + " {address: public.secret, deny: [subscribe]},"
                + " {address: presence.public.open, allow: [subscribe]},"
                + " {address: 'public.*', allow: [subscribe, publish, send]},"
                + " {address: '#', user: ann, allow: [subscribe, publish, send]},"
                + " {address: echo, allow: [send]}]",
            "channels=[{address: public.plain}, {address: of.nothing}, {address: '#', presence: true}]");
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static PresenceClient anonymousClient() {
    return PresenceClient.at(gateway);
  }

  private static PresenceClient named(String user) {
    URI node = URI.create("http://127.0.0.1:" + gateway.httpPort());
    return PresenceClient.named(user, gateway.vertx(), node);
  }

  @Test
  void userJoinsWithFirstSessionAndLeavesAfterTheLast() {
    PresenceClient watcher = anonymousClient().watch("public.a");
    PresenceClient first = named("ann").enter("public.a", FIRST);
    assertThat(watcher.awaitChanges("public.a", 1)).containsExactly("join ann");
    PresenceClient second = named("ann").enter("public.a", SECOND);
    await()
        .atMost(PresenceClient.PATIENCE)
        .untilAsserted(
            () -> assertThat(watcher.whoIsIn("public.a")).containsExactly("ann 2 " + SECOND));
    second.close();
    await()
        .atMost(PresenceClient.PATIENCE)
        .untilAsserted(
            () -> assertThat(watcher.whoIsIn("public.a")).containsExactly("ann 1 " + FIRST));
    first.close();
    assertThat(watcher.awaitChanges("public.a", 2)).containsExactly("join ann", "leave ann");
    assertThat(watcher.whoIsIn("public.a")).isEmpty();
  }

  @Test
  void joinAndLeaveCarryTheInfoOfTheUser() {
    PresenceClient watcher = anonymousClient().watch("public.b");
    PresenceClient ann = named("ann").enter("public.b", FIRST);
    watcher.awaitChanges("public.b", 1);
    ann.leave("public.b");
    watcher.awaitChanges("public.b", 2);
    assertThat(watcher.received())
        .extracting(message -> message.getValue("body"))
        .contains(
            new JsonObject().put("event", "join").put("user", "ann").put("info", FIRST),
            new JsonObject().put("event", "leave").put("user", "ann").put("info", FIRST));
  }

  @Test
  void quickReturnIsNeitherLeaveNorJoin() {
    PresenceClient watcher = anonymousClient().watch("public.c");
    PresenceClient ann = named("ann").enter("public.c", FIRST);
    watcher.awaitChanges("public.c", 1);
    ann.close();
    await()
        .atMost(PresenceClient.PATIENCE)
        .untilAsserted(
            () -> assertThat(watcher.whoIsIn("public.c")).containsExactly("ann 0 " + FIRST));
    named("ann").enter("public.c", SECOND);
    await()
        .atMost(PresenceClient.PATIENCE)
        .untilAsserted(
            () -> assertThat(watcher.whoIsIn("public.c")).containsExactly("ann 1 " + SECOND));
    // A user that leaves after this is announced later than ann would have been.
    PresenceClient bob = named("bob").enter("public.c", null);
    watcher.awaitChanges("public.c", 2);
    bob.close();
    assertThat(watcher.awaitChanges("public.c", 3))
        .containsExactly("join ann", "join bob", "leave bob");
  }

  @Test
  void anonymousClientIsKnownByItsSession() {
    PresenceClient watcher = anonymousClient().watch("public.d");
    anonymousClient().enter("public.d", null);
    String changes = watcher.awaitChanges("public.d", 1).get(0);
    assertThat(changes).matches("join [0-9a-f-]{36}");
    assertThat(watcher.whoIsIn("public.d"))
        .containsExactly(changes.substring("join ".length()) + " 1 null");
  }

  @Test
  void clientThatLogsInLaterAppearsUnderItsName() {
    PresenceClient watcher = anonymousClient().watch("public.e");
    PresenceClient ann = anonymousClient().enter("public.e", FIRST);
    String nobody = watcher.awaitChanges("public.e", 1).get(0).substring("join ".length());
    ann.say(new JsonObject().put("type", "login").put("username", "ann").put("password", "ann"));
    assertThat(watcher.awaitChanges("public.e", 3))
        .containsExactly("join " + nobody, "join ann", "leave " + nobody);
    assertThat(watcher.whoIsIn("public.e")).containsExactly("ann 1 " + FIRST);
  }

  @Test
  void pagesOfAListHaveEachUserOnce() {
    int count = 25;
    PresenceClient watcher = anonymousClient().watch("public.f");
    IntStream.range(0, count).forEach(i -> anonymousClient().enter("public.f", i));
    watcher.awaitChanges("public.f", count);
    List<Object> infos = new ArrayList<>();
    String after = "";
    int pages = 0;
    do {
      JsonObject page =
          watcher.list("public.f", new JsonObject().put("limit", 10).put("after", after));
      assertThat(page.getInteger("count")).isEqualTo(count);
      page.getJsonArray("users").forEach(user -> infos.add(((JsonObject) user).getValue("info")));
      after = page.getString("next");
      pages++;
    } while (after != null);
    assertThat(pages).isEqualTo(3);
    assertThat(infos)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, count).boxed().toList());
  }

  @Test
  void pageStaysBelowTheMaximumMessageSize() {
    int count = 60;
    PresenceClient watcher = anonymousClient().watch("public.g");
    String large = "x".repeat(1000);
    IntStream.range(0, count).forEach(i -> anonymousClient().enter("public.g", large));
    watcher.awaitChanges("public.g", count);
    JsonObject page = watcher.list("public.g", new JsonObject().put("limit", 1000));
    assertThat(page.getJsonArray("users")).hasSizeBetween(40, count - 1);
    assertThat(page.getString("next")).isNotNull();
  }

  @Test
  void presenceNeedsPermissionToSubscribeToTheChannel() {
    assertThat(anonymousClient().watch("public.secret").awaitRefusal()).isEqualTo("rejected");
    JsonObject refused = anonymousClient().ask("presence.public.secret", null);
    assertThat(refused.getString("message")).contains("access denied");
    assertThat(anonymousClient().watch("private.a").awaitRefusal()).isEqualTo("not_logged_in");
    PresenceClient bob = named("bob").watch("public.secret");
    bob.enter("public.secret", null);
    assertThat(bob.awaitChanges("public.secret", 1)).containsExactly("join bob");
    // ann may do everything, but her rule does not name presence.
    PresenceClient ann = named("ann").watch("public.secret");
    assertThat(ann.awaitRefusal()).isEqualTo("rejected");
  }

  @Test
  void presenceRuleAllowsToWatchAChannel() {
    anonymousClient().enter("public.open", null);
    PresenceClient watcher = anonymousClient().watch("public.open");
    await().atMost(PresenceClient.PATIENCE).until(() -> watcher.whoIsIn("public.open").size() == 1);
  }

  @Test
  void patternReceivesNoPresenceEvents() {
    PresenceClient watcher = anonymousClient().watch("public.h");
    StompClientOptions login =
        new StompClientOptions()
            .setHost("127.0.0.1")
            .setPort(gateway.stompPort())
            .setLogin("ann")
            .setPasscode("ann");
    StompClient client = StompClient.create(gateway.vertx(), login);
    StompClientConnection all = TestGateway.await(client.connect());
    List<String> received = new CopyOnWriteArrayList<>();
    for (String pattern : List.of("/topic/presence.#", "/topic/presence.public.*")) {
      TestGateway.await(all.subscribe(pattern, message -> received.add(message.getBodyAsString())));
    }
    named("bob").enter("public.h", null);
    assertThat(watcher.awaitChanges("public.h", 1)).containsExactly("join bob");
    await()
        .atMost(PresenceClient.PATIENCE)
        .until(
            () -> {
              gateway.bus().publish("presence.of.nothing", "after");
              return received.contains("after");
            });
    assertThat(received).containsOnly("after");
    TestGateway.await(client.close());
  }

  @Test
  void clientCannotForgePresenceEvents() {
    PresenceClient watcher = anonymousClient().watch("public.i");
    JsonObject forged = new JsonObject().put("event", "join").put("user", "ann");
    for (String type : List.of("publish", "send")) {
      PresenceClient forger = named("ann");
      forger.say(
          new JsonObject()
              .put("type", type)
              .put("address", "presence.public.i")
              .put("body", forged));
      assertThat(forger.awaitRefusal()).isEqualTo("access_denied");
    }
    assertThat(watcher.changes("public.i")).isEmpty();
  }

  @Test
  void clientInfoIsBoundedAndJson() {
    assertThat(anonymousClient().enter("public.j", "x".repeat(1023)).awaitRefusal())
        .isEqualTo("max_info_size_reached");
    JsonObject register = new JsonObject().put("type", "register").put("address", "public.j");
    JsonObject bad = register.copy().put("headers", new JsonObject().put("info", "{"));
    assertThat(anonymousClient().say(bad).awaitRefusal()).isEqualTo("invalid_info");
    PresenceClient watcher = anonymousClient().watch("public.j");
    anonymousClient()
        .say(register.copy().put("headers", new JsonObject().put("info", "{\"a\":[1]}")));
    watcher.awaitChanges("public.j", 1);
    assertThat(watcher.whoIsIn("public.j").get(0)).endsWith(" 1 {\"a\":[1]}");
    String largest = "x".repeat(1022);
    anonymousClient().enter("public.j", largest);
    watcher.awaitChanges("public.j", 2);
  }

  @Test
  void invalidRequestsGetClearErrors() {
    PresenceClient presenceClient = anonymousClient();
    JsonObject limit = new JsonObject().put("limit", 0);
    assertThat(presenceClient.ask("presence.public.k", limit).getString("message"))
        .isEqualTo("limit is a whole number from 1 to 1000");
    JsonObject after = new JsonObject().put("after", new JsonArray());
    assertThat(presenceClient.ask("presence.public.k", after).getString("message"))
        .isEqualTo("after is the next of a page before");
    assertThat(presenceClient.list("public.k", null))
        .isEqualTo(new JsonObject().put("users", new JsonArray()).put("count", 0));
  }

  @Test
  void channelWithoutPresenceReportsNothing() {
    PresenceClient watcher = named("ann");
    JsonObject answer = watcher.ask("presence.public.plain", null);
    watcher.watch("public.plain");
    anonymousClient().enter("public.plain", FIRST).ask("echo", null);
    assertThat(answer.getString("failureType")).isEqualTo("NO_HANDLERS");
    assertThat(watcher.changes("public.plain")).isEmpty();
  }

  @Test
  void featuresRequestPresenceAtOneAddress() {
    PresenceClient watcher = anonymousClient().watch("public.l");
    named("ann").enter("public.l", FIRST);
    watcher.awaitChanges("public.l", 1);
    Message<JsonObject> answer =
        TestGateway.await(
            gateway
                .bus()
                .request(PresenceListener.ADDRESS, new JsonObject().put("channel", "public.l")));
    assertThat(answer.body().getInteger("count")).isEqualTo(1);
    assertThatThrownBy(
            () ->
                TestGateway.await(
                    gateway
                        .bus()
                        .request(
                            PresenceListener.ADDRESS,
                            new JsonObject().put("channel", "public.plain"))))
        .isInstanceOf(ReplyException.class)
        .hasMessage("no rule gives the channel presence: public.plain");
  }

  @Test
  void eventIsAnnouncedAgainOnlyAfterARefusal() {
    List<String> safe = new CopyOnWriteArrayList<>();
    List<String> refused = new CopyOnWriteArrayList<>();
    var consumer =
        gateway
            .bus()
            .<JsonObject>localConsumer(
                "busbar.events",
                message -> {
                  JsonObject event = message.body();
                  String words = event.getString("name") + " " + event.getString("user");
                  if (!event.getString("channel").equals("public.m")) {
                    message.reply(null);
                  } else if (refused.contains(words)) {
                    safe.add(words);
                    message.reply(null);
                  } else {
                    refused.add(words);
                    message.fail(1, "not now");
                  }
                });
    PresenceClient ann = named("ann").enter("public.m", FIRST);
    await().atMost(PresenceClient.PATIENCE).until(() -> safe.size() == 2);
    ann.close();
    await().atMost(PresenceClient.PATIENCE).until(() -> safe.size() == 4);
    assertThat(safe)
        .containsExactly(
            "channel_occupied null",
            "member_added ann",
            "member_removed ann",
            "channel_vacated null");
    TestGateway.await(consumer.unregister());
  }
}
