package io.busbar.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.hub.Since;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests channels with a history on a single node. */
final class StreamTest {
  private static final String RULES =
      "channels=[{address: public.last, last: true},"
          + " {address: public.few, history: {messages: 3}},"
          + " {address: public.short, history: {age: 200ms}},"
          + " {address: public.brief, history: {}, recover: 200ms},"
          + " {address: public.small, history: {size: 2KiB}},"
          + " {address: 'public.*', history: {messages: 20000, size: 64MiB}}]";

  private final List<AutoCloseable> open = new ArrayList<>();
  private TestGateway gateway;

  private void start(String... settings) {
    List<String> all = new ArrayList<>(List.of(RULES, "limits.messages-per-second=1000000"));
    all.addAll(List.of(settings));
    gateway = TestGateway.start(all.toArray(String[]::new));
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    gateway.close();
  }

  private StreamClient client() {
    StreamClient client = new StreamClient(gateway.httpPort());
    open.add(client);
    return client;
  }

  private void publish(String address, int from, int to) {
    IntStream.range(from, to).forEach(i -> gateway.bus().publish(address, i));
  }

  private void awaitHead(String address, long head) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                TestGateway.await(gateway.hub().history().read(address, Since.next(), 0)).head()
                    == head);
  }

  private static List<Object> numbers(int from, int to) {
    return IntStream.range(from, to).<Object>mapToObj(i -> i).toList();
  }

  @Test
  void returningClientReceivesMissedMessagesThenNewOnes() {
    start();
    StreamClient client = client();
    JsonObject first = client.recover("public.a");
    assertThat(first.getLong("offset")).isZero();
    assertThat(first.getBoolean("recovered")).isTrue();
    publish("public.a", 0, 10);
    assertThat(client.next(9)).isEqualTo(numbers(0, 9));
    JsonObject last = client.next();
    assertThat(last.getLong("offset")).isEqualTo(10);
    client.close();
    publish("public.a", 10, 500);
    StreamClient again = client();
    JsonObject back = again.since("public.a", first.getString("epoch"), 10);
    assertThat(back.getBoolean("recovered")).isTrue();
    assertThat(back.getLong("offset")).isEqualTo(10);
    publish("public.a", 500, 1000);
    assertThat(again.next(990)).isEqualTo(numbers(10, 1000));
  }

  @Test
  void stockClientReceivesNoOffsets() {
    start();
    StreamClient client = client();
    client.say(new JsonObject().put("type", "register").put("address", "public.a"));
    client.publish("public.a", "x");
    assertThat(client.next())
        .isEqualTo(new JsonObject().put("type", "rec").put("address", "public.a").put("body", "x"));
  }

  @Test
  void featureReceivesPublicationsOnceInStreamOrder() throws Exception {
    start();
    LinkedBlockingQueue<Message<Object>> received = new LinkedBlockingQueue<>();
    TestGateway.await(gateway.bus().<Object>consumer("public.a", received::add).completion());
    StreamClient client = client();
    client.recover("public.a");
    for (int i = 0; i < 100; i++) {
      client.publish("public.a", i);
    }
    for (int i = 0; i < 100; i++) {
      Message<Object> message = received.poll(20, TimeUnit.SECONDS);
      assertThat(message.body()).isEqualTo(i);
      assertThat(message.headers().get("busbar-offset")).isEqualTo(Integer.toString(i + 1));
      assertThat(message.headers().get("session")).isNotNull();
    }
    assertThat(client.next(100)).isEqualTo(numbers(0, 100));
    assertThat(received).isEmpty();
  }

  @Test
  void featureCannotForgeAnOffset() {
    start();
    StreamClient client = client();
    client.recover("public.a");
    gateway
        .bus()
        .publish(
            "public.a",
            "x",
            new DeliveryOptions()
                .addHeader("busbar-epoch", "mine")
                .addHeader("busbar-offset", "77"));
    assertThat(client.next().getLong("offset")).isEqualTo(1);
  }

  @Test
  void clientTooFarBehindIsNotRecovered() {
    start();
    StreamClient client = client();
    String epoch = client.recover("public.few").getString("epoch");
    publish("public.few", 0, 10);
    client.next(10);
    JsonObject back = client().since("public.few", epoch, 2);
    assertThat(back.getBoolean("recovered")).isFalse();
    assertThat(back.getString("reason")).isEqualTo("too far behind");
    assertThat(back.getLong("offset")).isEqualTo(10);
    StreamClient near = client();
    assertThat(near.since("public.few", epoch, 7).getBoolean("recovered")).isTrue();
    assertThat(near.next(3)).isEqualTo(numbers(7, 10));
  }

  /**
   * Publishes two messages, and waits until a client that heard only the first one comes too late.
   */
  private String awaitExpired(String address) {
    StreamClient client = client();
    String epoch = client.recover(address).getString("epoch");
    publish(address, 0, 2);
    client.next(2);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> "expired".equals(client().since(address, epoch, 1).getString("reason")));
    return epoch;
  }

  @Test
  void missedMessagesThatExpiredAreReported() {
    start();
    String epoch = awaitExpired("public.short");
    JsonObject there = client().since("public.short", epoch, 2);
    assertThat(there.getBoolean("recovered")).isTrue();
  }

  @Test
  void recoveryAfterItsTimeLimitIsReportedExpired() {
    start();
    awaitExpired("public.brief");
  }

  @Test
  void positionOfAnotherStreamIsReported() {
    start();
    publish("public.a", 0, 3);
    awaitHead("public.a", 3);
    for (long offset : new long[] {0, 2, 3}) {
      StreamClient client = client();
      JsonObject back = client.since("public.a", "made-up", offset);
      boolean nothingMissed = offset == 0;
      assertThat(back.getBoolean("recovered")).as("%s", back).isEqualTo(nothingMissed);
      if (!nothingMissed) {
        assertThat(back.getString("reason")).isEqualTo("epoch");
      }
    }
    JsonObject beyond =
        client().since("public.a", client().recover("public.a").getString("epoch"), 99);
    assertThat(beyond.getString("reason")).isEqualTo("epoch");
  }

  @Test
  void invalidPositionIsRefused() {
    start();
    StreamClient client = client();
    for (Object since :
        List.of(
            7,
            "x",
            new JsonObject(),
            new JsonObject().put("epoch", 1).put("offset", 1),
            new JsonObject().put("epoch", "e").put("offset", -1),
            new JsonObject().put("epoch", "e").put("offset", 1.5),
            new JsonObject().put("epoch", "e".repeat(65)).put("offset", 1))) {
      client.say(
          new JsonObject().put("type", "register").put("address", "public.a").put("since", since));
      JsonObject error = client.next();
      assertThat(error.getString("type")).isEqualTo("err");
      assertThat(error.getString("body")).isEqualTo("invalid_since");
    }
  }

  @Test
  void missingHistoryIsReported() {
    start("permissions=[{address: '#', allow: [subscribe, publish]}]");
    StreamClient client = client();
    JsonObject answer = client.recover("other");
    assertThat(answer.getBoolean("recovered")).isFalse();
    assertThat(answer.getString("reason")).isEqualTo("no history");
    client.publish("other", "x");
    assertThat(client.next())
        .isEqualTo(new JsonObject().put("type", "rec").put("address", "other").put("body", "x"));
  }

  @Test
  void newSubscriberReceivesTheLastMessageFirst() {
    start();
    publish("public.last", 0, 5);
    awaitHead("public.last", 5);
    StreamClient client = client();
    client.say(new JsonObject().put("type", "register").put("address", "public.last"));
    assertThat(client.next().getValue("body")).isEqualTo(4);
    publish("public.last", 5, 6);
    assertThat(client.next().getValue("body")).isEqualTo(5);
  }

  @Test
  void historyIsBoundedInBytes() {
    start();
    StreamClient client = client();
    client.recover("public.small");
    for (int i = 0; i < 20; i++) {
      gateway.bus().publish("public.small", "x".repeat(100));
    }
    client.next(20);
    assertThat(gateway.hub().history().figures().bytes()).isLessThanOrEqualTo(2048).isPositive();
  }

  /** Clients that come back share pages, and nobody waits for the slowest one. */
  @Test
  void manyClientsRecoverWhileMessagesArePublished() {
    start();
    StreamClient first = client();
    String epoch = first.recover("public.a").getString("epoch");
    publish("public.a", 0, 3_000);
    first.next(3_000);
    List<StreamClient> back = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      StreamClient client = client();
      assertThat(client.since("public.a", epoch, i * 90).getBoolean("recovered")).isTrue();
      publish("public.a", 3_000 + i * 100, 3_100 + i * 100);
      back.add(client);
    }
    for (int i = 0; i < 30; i++) {
      assertThat(back.get(i).next(6_000 - i * 90)).isEqualTo(numbers(i * 90, 6_000));
    }
    assertThat(first.next(3_000)).isEqualTo(numbers(3_000, 6_000));
  }

  @Test
  void slowReaderCatchesUpWithoutBeingDisconnected() {
    start("limits.outbox=64KiB");
    StreamClient first = client();
    String epoch = first.recover("public.a").getString("epoch");
    String filler = "x".repeat(1_000);
    for (int i = 0; i < 5_000; i++) {
      gateway.bus().publish("public.a", new JsonObject().put("n", i).put("filler", filler));
    }
    awaitHead("public.a", 5_000);
    StreamClient slow = client();
    slow.since("public.a", epoch, 0);
    slow.pipe().stopReading();
    publish("public.a", 5_000, 5_001);
    awaitHead("public.a", 5_001);
    slow.pipe().readAgain();
    for (int i = 0; i < 5_000; i++) {
      assertThat(((JsonObject) slow.next().getValue("body")).getInteger("n")).isEqualTo(i);
    }
    assertThat(slow.next().getValue("body")).isEqualTo(5_000);
  }

  @Test
  void clientThatLeavesDuringRecoveryLeavesNoSubscription() {
    start();
    StreamClient first = client();
    String epoch = first.recover("public.a").getString("epoch");
    publish("public.a", 0, 10_000);
    awaitHead("public.a", 10_000);
    first.close();
    for (int i = 0; i < 10; i++) {
      StreamClient slow = client();
      slow.since("public.a", epoch, 0);
      slow.pipe().stopReading();
      slow.pipe().die();
    }
    StreamClient leaver = client();
    leaver.since("public.a", epoch, 0);
    leaver.say(new JsonObject().put("type", "unregister").put("address", "public.a"));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                gateway.counters().subscriptionCount() == 0
                    && gateway.counters().channelCount() == 0);
  }

  @Test
  void clientOverItsStreamLimitEvictsOnlyItsOwnStreams() {
    start("streams.user-count=5", "limits.subscriptions=1000");
    gateway.bus().publish("public.mine", "kept");
    awaitHead("public.mine", 1);
    StreamClient greedy = client();
    for (int i = 0; i < 50; i++) {
      greedy.publish("public.greedy" + i, i);
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> gateway.hub().history().figures().evicted() == 45);
    awaitHead("public.mine", 1);
    long kept =
        IntStream.range(0, 50)
            .mapToObj(i -> gateway.hub().history().read("public.greedy" + i, Since.next(), 0))
            .filter(page -> TestGateway.await(page).head() == 1)
            .count();
    assertThat(kept).isEqualTo(5);
  }

  @Test
  void streamOnDiskSurvivesARestart(@TempDir Path folder) {
    String[] disk = {"streams.store=disk", "data=" + folder};
    start(disk);
    StreamClient client = client();
    String epoch = client.recover("public.a").getString("epoch");
    client.publish("public.a", "zero");
    client.next();
    publish("public.a", 1, 300);
    client.next(299);
    client.close();
    gateway.close();
    start(disk);
    StreamClient again = client();
    JsonObject back = again.since("public.a", epoch, 1);
    assertThat(back.getBoolean("recovered")).as("%s", back).isTrue();
    publish("public.a", 300, 301);
    assertThat(again.next(300)).isEqualTo(numbers(1, 301));
  }
}
