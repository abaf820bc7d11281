package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.protocol.stomp.StompTestClient.Received;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The number of patterns per client is limited, and clients without patterns pay little for them.
 */
final class PatternLimitsTest {
  private static final String RULES =
      "permissions=[{address: 'public.#', allow: [subscribe, publish]}]";

  private final List<StompTestClient> clients = new ArrayList<>();
  private TestGateway gateway;

  private void start(String... limits) {
    List<String> settings = new ArrayList<>(List.of(RULES, "features=[]"));
    settings.addAll(List.of(limits));
    gateway = TestGateway.start(settings.toArray(String[]::new));
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

  private static String subscribe(String id, String address) {
    return "SUBSCRIBE\nid:" + id + "\ndestination:/topic/" + address + "\n\n\0";
  }

  private static void refused(StompTestClient client, String frame, String words) {
    client.send(frame);
    Received error = client.next();
    assertThat(error.command()).isEqualTo("ERROR");
    assertThat(error.header("message")).contains(words);
  }

  @Test
  void tooManyPatternsOfASessionAreRefused() {
    start("limits.patterns=2");
    StompTestClient client = client();
    client.receipted(subscribe("1", "public.a.*"));
    client.receipted(subscribe("2", "public.b.*"));
    client.receipted("UNSUBSCRIBE\nid:1\n\n\0");
    client.receipted(subscribe("3", "public.c.*"));
    client.receipted(subscribe("4", "public.plain"));
    refused(client, subscribe("5", "public.d.*"), "too many patterns");
    client().receipted(subscribe("1", "public.d.*"));
  }

  @Test
  void patternLimitPerAddressCountsSharedPatternsOnce() {
    start("limits.patterns-per-address=2");
    client().receipted(subscribe("1", "public.a.*"));
    StompTestClient second = client();
    second.receipted(subscribe("1", "public.a.*"));
    second.receipted(subscribe("2", "public.b.*"));
    refused(client(), subscribe("1", "public.c.*"), "too many patterns");
    client().receipted(subscribe("1", "public.b.*"));
    clients.get(0).receipted("UNSUBSCRIBE\nid:1\n\n\0");
    second.receipted("UNSUBSCRIBE\nid:1\n\n\0");
    client().receipted(subscribe("1", "public.c.*"));
  }

  @Test
  void addressWithTooManyWordsIsRefused() {
    start("limits.address-words=4");
    client().receipted(subscribe("1", "public.a.b.c"));
    refused(client(), subscribe("1", "public.a.b.c.d"), "too long");
    refused(client(), subscribe("1", "public.#.#.#.#"), "too long");
    refused(client(), "SEND\ndestination:/topic/public.a.b.c.d\n\nx\0", "too long");
  }

  /** Each publication once checked all patterns: this took 15 seconds and blocked event loops. */
  @Test
  void messagesArriveDespiteManyPatternsOfOtherClients() {
    start("limits.patterns=1000", "limits.patterns-per-address=100000");
    for (int i = 0; i < 20; i++) {
      StompTestClient hostile = client();
      for (int j = 0; j < 999; j++) {
        hostile.send(subscribe("s" + j, "public.*.k" + i + "x" + j + ".#"));
      }
      hostile.receipted(subscribe("last", "public.*.k" + i + "last.#"));
    }
    StompTestClient listener = client();
    listener.receipted(subscribe("1", "public.new.#"));
    StompTestClient mouth = client();
    for (int i = 0; i < 3_000; i++) {
      mouth.send("SEND\ndestination:/topic/public.new." + i + "\n\n" + i + "\0");
    }
    for (int i = 0; i < 3_000; i++) {
      assertThat(listener.message().text()).isEqualTo(Integer.toString(i));
    }
  }
}
