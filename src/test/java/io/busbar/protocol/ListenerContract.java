package io.busbar.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Tests for every protocol with listening clients, also where clients cannot send to an address.
 */
public abstract class ListenerContract extends HardshipContract {
  @Test
  void messageThatCannotBeEncodedIsSkipped() {
    ContractClient client = client();
    client.subscribe("public.a");
    gateway.bus().registerDefaultCodec(Locale.class, new UnencodableCodec());
    gateway.bus().publish("public.a", Locale.ROOT);
    gateway.bus().publish("public.a", "after");
    assertThat(client.next("public.a")).isEqualTo("after");
    assertThat(gateway.counters().undeliverableCount()).isEqualTo(1);
  }

  @Test
  void returningClientReceivesMissedMessages() {
    ContractClient client = client();
    client.follow("public.kept", null);
    gateway.bus().publish("public.kept", 0);
    assertThat(client.next("public.kept")).isEqualTo(0);
    String received = client.position("public.kept");
    client.die();
    for (int i = 1; i <= 300; i++) {
      gateway.bus().publish("public.kept", i);
    }
    ContractClient again = client();
    again.follow("public.kept", received);
    gateway.bus().publish("public.kept", 301);
    for (int i = 1; i <= 301; i++) {
      assertThat(again.next("public.kept")).isEqualTo(i);
    }
    assertThat(again.recovered("public.kept")).isTrue();
  }

  @Test
  void unknownPositionIsReportedAsNotRecovered() {
    ContractClient client = client();
    gateway.bus().publish("public.kept", "missed");
    client.follow("public.kept", "another:1");
    gateway.bus().publish("public.kept", "after");
    assertThat(client.next("public.kept")).isEqualTo("after");
    assertThat(client.recovered("public.kept")).isFalse();
  }

  @Test
  void clientReceivesOnlySubscribedAddresses() {
    ContractClient client = client();
    client.subscribe("public.a");
    gateway.bus().publish("public.b", "not for you");
    gateway.bus().publish("public.a", "for you");
    assertThat(client.next("public.a")).isEqualTo("for you");
    assertThat(client.waiting("public.b")).isZero();
  }

  @Test
  void clientReceivesNothingAfterUnsubscribing() {
    ContractClient client = client();
    client.subscribe("public.a");
    client.subscribe("public.b");
    client.unsubscribe("public.a");
    await().atMost(PATIENCE).until(() -> gateway.counters().channelCount() == 1);
    gateway.bus().publish("public.a", "too late");
    gateway.bus().publish("public.b", "still here");
    assertThat(client.next("public.b")).isEqualTo("still here");
    assertThat(client.waiting("public.a")).isZero();
  }

  @Test
  void sentMessagesDoNotOvertakePublishedOnes() {
    ContractClient receiver = client();
    receiver.subscribe("public.a");
    for (int i = 0; i < 500; i += 2) {
      gateway.bus().publish("public.a", i);
      gateway.bus().send("public.a", i + 1);
    }
    for (int i = 0; i < 500; i++) {
      assertThat(receiver.next("public.a")).isEqualTo(i);
    }
  }

  @Test
  void subscribingWithoutPermissionIsRefused() {
    ContractClient client = client();
    client.subscribe("deaf.a");
    assertThat(client.nextError()).containsIgnoringCase("denied");
    assertThat(gateway.counters().subscriptionCount()).isZero();
  }

  @Test
  void sentMessageReachesOneSubscriber() {
    ContractClient one = client();
    ContractClient two = client();
    one.subscribe("public.a");
    two.subscribe("public.a");
    for (int i = 0; i < 10; i++) {
      gateway.bus().send("public.a", i);
    }
    await().atMost(PATIENCE).until(() -> one.waiting("public.a") + two.waiting("public.a") == 10);
    assertThat(one.waiting("public.a")).isEqualTo(5);
  }

  @Test
  void newSubscriberReceivesTheSnapshot() {
    gateway.bus().consumer("greeter", message -> message.reply("welcome to " + message.body()));
    ContractClient client = client();
    client.subscribe("public.greeted");
    assertThat(client.next("public.greeted")).isEqualTo("welcome to public.greeted");
  }
}
