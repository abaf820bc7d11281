package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.busbar.protocol.stomp.StompTestClient.Received;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Topics whose messages are kept while the client is away. */
final class DurableSubscriptionTest {
  private static final String[] SETTINGS = {
    "permissions=[{address: 'public.#', allow: [subscribe, publish, send]}]",
    "queues.durable-subscriptions=2",
    "features=[]"
  };
  private static final String RABBIT = "id:prices\ndurable:true\nauto-delete:false\n";
  private static final String ACTIVE = "id:7\nactivemq.subscriptionName:prices\n";
  private static final String ARTEMIS = "id:8\ndurable-subscription-name:prices\n";

  private final List<StompTestClient> clients = new ArrayList<>();
  private final List<AutoCloseable> nodes = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    clients.forEach(StompTestClient::close);
    for (AutoCloseable node : nodes) {
      node.close();
    }
  }

  private TestGateway start() {
    TestGateway gateway = TestGateway.start(SETTINGS);
    nodes.add(gateway);
    return gateway;
  }

  private StompTestClient client(TestGateway gateway, String login) {
    StompTestClient client =
        StompTestClient.connected(TcpStompConnection.connect(gateway.stompPort()), "1.2" + login);
    clients.add(client);
    return client;
  }

  private StompTestClient user(TestGateway gateway) {
    return client(gateway, "\nlogin:demo\npasscode:demo");
  }

  private static String subscribe(String how, String destination) {
    return "SUBSCRIBE\n" + how + "destination:" + destination + "\n\n\0";
  }

  private static void publish(StompTestClient client, String topic, String body) {
    client.receipted("SEND\ndestination:/topic/" + topic + "\n\n" + body + "\0");
  }

  @Test
  void returningClientReceivesMessagesPublishedMeanwhile() {
    for (String how : List.of(RABBIT, ACTIVE, ARTEMIS)) {
      TestGateway gateway = start();
      StompTestClient first = user(gateway);
      first.receipted(subscribe(how, "/topic/public.prices"));
      StompTestClient publisher = client(gateway, "");
      publish(publisher, "public.prices", "here");
      Received here = first.message();
      assertThat(here.text() + here.header("destination")).isEqualTo("here/topic/public.prices");
      first.send("DISCONNECT\nreceipt:bye\n\n\0");
      first.awaitClosed();
      publish(publisher, "public.prices", "away");
      gateway.bus().publish("public.prices", "by a feature");
      gateway.bus().send("public.prices", "not for topics");
      StompTestClient back = user(gateway);
      back.send(subscribe(how, "/topic/public.prices"));
      assertThat(back.message().text()).isEqualTo("away");
      assertThat(back.message().text()).isEqualTo("by a feature");
      back.receipted("UNSUBSCRIBE\n" + how + "\n\0");
      publish(publisher, "public.prices", "nobody keeps this");
      back.receipted(subscribe(how, "/topic/public.prices"));
      publish(publisher, "public.prices", "new");
      assertThat(back.message().text()).isEqualTo("new");
    }
  }

  @Test
  void durablePatternKeepsMessagesThatMatchItsSelector() {
    TestGateway gateway = start();
    StompTestClient first = user(gateway);
    String how = RABBIT + "selector:kind = 'big'\n";
    first.receipted(subscribe(how, "/topic/public.*.news"));
    first.connection().die();
    first.awaitClosed();
    StompTestClient publisher = client(gateway, "");
    publisher.receipted("SEND\nkind:big\ndestination:/topic/public.a.news\n\none\0");
    publisher.receipted("SEND\nkind:small\ndestination:/topic/public.a.news\n\ntwo\0");
    publisher.receipted("SEND\nkind:big\ndestination:/topic/public.a.b\n\nthree\0");
    publisher.receipted("SEND\nkind:big\ndestination:/topic/public.b.news\n\nfour\0");
    StompTestClient back = user(gateway);
    back.send(subscribe(how, "/topic/public.*.news"));
    Received one = back.message();
    assertThat(one.text() + one.header("destination")).isEqualTo("one/topic/public.a.news");
    assertThat(back.message().text()).isEqualTo("four");
  }

  @Test
  void invalidDurableSubscriptionsAreErrors() {
    TestGateway gateway = start();
    StompTestClient nobody = client(gateway, "");
    nobody.send(subscribe(RABBIT, "/topic/public.prices"));
    assertThat(nobody.error().header("message"))
        .isEqualTo("a durable subscription is for a user who has logged in");
    StompTestClient half = user(gateway);
    half.send(subscribe("id:1\ndurable:true\n", "/topic/public.prices"));
    assertThat(half.error().header("message"))
        .isEqualTo("durable\\ctrue on a topic goes with auto-delete\\cfalse");
    user(gateway).receipted(subscribe(RABBIT, "/topic/public.prices"));
    StompTestClient other = user(gateway);
    other.send(subscribe(RABBIT, "/topic/public.other"));
    assertThat(other.error().header("message")).contains("another destination or selector");
    StompTestClient many = user(gateway);
    many.receipted(subscribe(RABBIT.replace("prices", "two"), "/topic/public.two"));
    many.send(subscribe(RABBIT.replace("prices", "three"), "/topic/public.three"));
    assertThat(many.error().header("message")).contains("queues.durable-subscriptions");
    StompTestClient secret = user(gateway);
    secret.send(subscribe(RABBIT, "/topic/secret"));
    assertThat(secret.error().header("message")).contains("access denied");
  }

  @Test
  void messagesOfAllNodesAreKeptEvenIfANodeDies() {
    TestCluster cluster = new TestCluster();
    nodes.add(cluster);
    List<String> settings = new ArrayList<>(List.of(SETTINGS));
    settings.add("shutdown.spread=0s");
    TestGateway first = cluster.startHere(settings.toArray(String[]::new));
    TestGateway second = cluster.startHere(settings.toArray(String[]::new));
    StompTestClient user = user(first);
    user.receipted(subscribe(RABBIT, "/topic/public.prices"));
    user.send("DISCONNECT\nreceipt:bye\n\n\0");
    user.awaitClosed();
    publish(client(first, ""), "public.prices", "one");
    publish(client(second, ""), "public.prices", "two");
    TestGateway third = cluster.startHere(settings.toArray(String[]::new));
    publish(client(third, ""), "public.prices", "three");
    second.die();
    publish(client(first, ""), "public.prices", "four");
    StompTestClient back = user(third);
    back.send(subscribe(RABBIT, "/topic/public.prices"));
    List<String> received = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      received.add(back.message().text());
    }
    assertThat(received).containsExactlyInAnyOrder("one", "two", "three", "four");
  }
}
