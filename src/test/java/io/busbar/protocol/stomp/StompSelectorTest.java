package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.TestGateway;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SUBSCRIBE with a selector: messages that do not match are not sent. Runs on one event loop. */
final class StompSelectorTest {
  private static final String END = "end";

  private final List<StompTestClient> clients = new ArrayList<>();
  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway =
        TestGateway.start(
            "event-loops=1",
            "permissions=[{address: 'public.#', allow: [subscribe, publish, send]}]",
            "channels=[{address: 'public.last', snapshot: 'last'}]",
            "features=[]",
            "workers=[{address: public.jobs}]",
            "stomp.selectors=20");
  }

  @AfterEach
  void stop() {
    clients.forEach(StompTestClient::close);
    gateway.close();
  }

  private StompTestClient client() {
    StompTestClient client =
        StompTestClient.connected(TcpStompConnection.connect(gateway.stompPort()), "1.2");
    clients.add(client);
    return client;
  }

  private StompTestClient subscriber(String destination, String selector) {
    StompTestClient client = client();
    client.receipted(subscribe("0", destination, selector));
    return client;
  }

  private static String subscribe(String id, String destination, String selector) {
    return "SUBSCRIBE\nid:%s\ndestination:%s\nselector:%s\n\n\0"
        .formatted(id, destination, selector);
  }

  @Test
  void tooManySelectorsOfAClientAreAnError() {
    StompTestClient client = client();
    for (int i = 0; i < 20; i++) {
      client.receipted(subscribe("s" + i, i % 2 == 0 ? "/topic/public.a" : "/queue/public.a", "a"));
    }
    client.receipted("UNSUBSCRIBE\nid:s7\n\n\0");
    client.receipted(subscribe("again", "/topic/public.a", "a"));
    client.send(subscribe("many", "/queue/public.a", "a"));
    StompTestClient.Received error = client.next();
    assertThat(error.command()).isEqualTo("ERROR");
    assertThat(error.header("message")).contains("too many selectors");
  }

  @Test
  void selectorOnAWorkerSubscriptionIsAnError() {
    StompTestClient client = client();
    client.send(subscribe("0", "/topic/public.jobs", "a = 1"));
    assertThat(client.error().header("message")).contains("a worker takes all requests, not some");
  }

  private static DeliveryOptions color(String color) {
    return new DeliveryOptions().addHeader("color", color);
  }

  private void publish(String address, String color, String body) {
    gateway.bus().publish(address, body, color(color));
  }

  /** Publishes a message that all selectors match; an unwanted earlier one would come before it. */
  private void end(String address) {
    gateway.bus().publish(address, END, new DeliveryOptions().addHeader("all", "true"));
  }

  private static List<String> textsUntilEnd(StompTestClient client) {
    List<String> texts = new ArrayList<>();
    for (String text = client.message().text(); !text.equals(END); text = client.message().text()) {
      texts.add(text);
    }
    return texts;
  }

  @Test
  void subscriberReceivesOnlyMessagesThatMatchItsSelector() {
    StompTestClient red = subscriber("/topic/public.a", "color = 'red' OR all");
    StompTestClient sender = client();
    sender.send("SEND\ndestination:/topic/public.a\ncolor:blue\n\none\0");
    sender.send("SEND\ndestination:/topic/public.a\ncolor:red\n\ntwo\0");
    sender.send("SEND\ndestination:/topic/public.a\n\nthree\0");
    sender.receipted("SEND\ndestination:/topic/public.a\ncolor:red\n\nfour\0");
    end("public.a");
    assertThat(textsUntilEnd(red)).containsExactly("two", "four");
  }

  @Test
  void subscribersOfOneChannelHaveTheirOwnSelectors() {
    StompTestClient red = subscriber("/topic/public.a", "color = 'red' OR all");
    StompTestClient blue = subscriber("/topic/public.a", "color = 'blue' OR all");
    StompTestClient alsoBlue = subscriber("/topic/public.a", "color = 'blue' OR all");
    StompTestClient all = client();
    all.receipted("SUBSCRIBE\nid:0\ndestination:/topic/public.a\n\n\0");
    for (int i = 0; i < 50; i++) {
      publish("public.a", i % 2 == 0 ? "red" : "blue", "m" + i);
    }
    end("public.a");
    assertThat(textsUntilEnd(red)).hasSize(25).startsWith("m0", "m2").endsWith("m48");
    assertThat(textsUntilEnd(blue)).hasSize(25).startsWith("m1", "m3").endsWith("m49");
    assertThat(textsUntilEnd(alsoBlue)).hasSize(25);
    assertThat(textsUntilEnd(all)).hasSize(50);
  }

  @Test
  void oneClientMayHaveTwoSelectorsOnOneChannel() {
    StompTestClient client = client();
    client.receipted(subscribe("red", "/topic/public.a", "color = 'red'"));
    client.receipted(subscribe("blue", "/topic/public.a", "color = 'blue'"));
    publish("public.a", "blue", "sky");
    assertThat(client.message().header("subscription")).isEqualTo("blue");
    client.receipted("UNSUBSCRIBE\nid:blue\n\n\0");
    publish("public.a", "blue", "sea");
    publish("public.a", "red", "rose");
    assertThat(client.message().text()).isEqualTo("rose");
  }

  @Test
  void selectorsApplyToPatterns() {
    StompTestClient client = subscriber("/topic/public.*", "all OR price-class > 1.5");
    gateway.bus().publish("public.a", "one", new DeliveryOptions().addHeader("price-class", "1"));
    gateway.bus().publish("public.b", "two", new DeliveryOptions().addHeader("price-class", "2"));
    gateway.bus().publish("public.c", "three");
    end("public.d");
    assertThat(textsUntilEnd(client)).containsExactly("two");
  }

  @Test
  void selectorsDoNotRevealTheSender() {
    StompTestClient client =
        subscriber("/topic/public.a", "protocol = 'stomp' OR session IS NOT NULL OR all");
    client.receipted("SEND\ndestination:/topic/public.a\n\nfrom whom?\0");
    end("public.a");
    assertThat(textsUntilEnd(client)).isEmpty();
  }

  @Test
  void sentMessageGoesToASubscriberWithAMatchingSelector() {
    StompTestClient red = subscriber("/topic/public.a", "color = 'red' OR all");
    StompTestClient blue = subscriber("/topic/public.a", "color = 'blue' OR all");
    StompTestClient alsoBlue = subscriber("/topic/public.a", "all OR color = 'blue'");
    for (int i = 0; i < 4; i++) {
      gateway.bus().send("public.a", "m" + i, color("blue"));
    }
    end("public.a");
    assertThat(textsUntilEnd(red)).isEmpty();
    List<String> received = textsUntilEnd(blue);
    assertThat(received).isNotEmpty();
    received.addAll(textsUntilEnd(alsoBlue));
    assertThat(received).containsExactlyInAnyOrder("m0", "m1", "m2", "m3");
  }

  @Test
  void requestThatMatchesNoSelectorHasNoHandlers() {
    subscriber("/topic/public.a", "color = 'red'");
    subscriber("/topic/public.a", "color = 'blue'");
    long before = gateway.counters().undeliverableCount();
    assertThatThrownBy(
            () -> TestGateway.await(gateway.bus().request("public.a", "?", color("green"))))
        .isInstanceOf(ReplyException.class)
        .extracting(failure -> ((ReplyException) failure).failureType())
        .isEqualTo(ReplyFailure.NO_HANDLERS);
    assertThat(gateway.counters().undeliverableCount()).isEqualTo(before + 1);
  }

  @Test
  void requestGoesToTheSubscriberWithAMatchingSelector() {
    subscriber("/topic/public.a", "color = 'red'");
    StompTestClient blue = subscriber("/topic/public.a", "color = 'blue'");
    StompTestClient asking = client();
    asking.send("SEND\ndestination:/request/public.a\nreply-to:/temp-queue/x\ncolor:blue\n\n?\0");
    String replyTo = blue.message().header("reply-to");
    blue.send("SEND\ndestination:" + replyTo + "\n\n!\0");
    assertThat(asking.message().text()).isEqualTo("!");
  }

  @Test
  void snapshotIsSentOnlyIfTheSelectorMatches() {
    gateway.bus().consumer("last", message -> message.reply("snapshot", color("red")));
    StompTestClient blue = subscriber("/topic/public.last", "color = 'blue' OR all");
    StompTestClient red = subscriber("/topic/public.last", "color = 'red' OR all");
    assertThat(red.message().text()).isEqualTo("snapshot");
    end("public.last");
    assertThat(textsUntilEnd(blue)).isEmpty();
  }

  /** The blue message must not make the snapshot of the red one stale. */
  @Test
  void filteredMessageDoesNotMakeTheSnapshotStale() {
    gateway
        .bus()
        .consumer(
            "last",
            message -> {
              publish("public.last", "blue", "newer");
              gateway.vertx().setTimer(100, timer -> message.reply("snapshot", color("red")));
            });
    StompTestClient red = subscriber("/topic/public.last", "color = 'red'");
    assertThat(red.message().text()).isEqualTo("snapshot");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "color =|a header or a value is missing before the end",
        "``|a selector is a condition, such as color = 'red', and this one is empty",
        "XPATH '//a'|a selector has no XPATH and no XQUERY",
        "color LIKE 'a' ESCAPE 'ab'|ESCAPE is followed by a text of one character",
        "((((((((((((((((((((((((((((((((((|a selector is nested at most 32 deep",
      })
  void invalidSelectorIsAnErrorThatNamesTheRule(String selector, String rule) {
    for (String destination : List.of("/topic/public.a", "/topic/public.#")) {
      StompTestClient client = client();
      client.send(subscribe("0", destination, selector).replaceFirst("\n", "\nreceipt:r\n"));
      StompTestClient.Received error = client.error();
      assertThat(error.header("message")).isEqualTo("selector\\c " + rule);
      assertThat(error.header("receipt-id")).isEqualTo("r");
    }
    assertThat(gateway.counters().subscriptionCount()).isZero();
  }
}
