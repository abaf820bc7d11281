package io.busbar.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.config.ChannelRule.Overflow;
import io.busbar.config.Config;
import io.busbar.config.ConfigLoader;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Tests that waiting messages are bounded, and that each policy drops what it says. */
class SlowSessionBufferTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final int LIMIT = 10_000;
  private static final long PLENTY = 1_000_000;

  private final Config config =
      ConfigLoader.load(
          null,
          Map.of(),
          List.of(
              "channels=[{address: old, overflow: drop-oldest},"
                  + " {address: 'new.*', overflow: latest}]"));
  private final Hub hub = new Hub(VERTX, config);
  private final SlowReaders slow = new SlowReaders(PLENTY);
  private final SlowSessionBuffer backlog = new SlowSessionBuffer(LIMIT, slow, hub.counters());

  @AfterAll
  static void closeVertx() {
    VERTX.close();
  }

  private Channel channel(String address) {
    return new Channel(hub, hub.loops().get(0), ChannelName.of(address));
  }

  private static EncodedMessage encoded(int size) {
    return EncodedMessage.text(new byte[size]);
  }

  @Test
  void emptyMessagesAlsoTakeRoom() {
    Channel plain = channel("plain");
    int count = 0;
    while (backlog.add(encoded(0), plain)) {
      count++;
    }
    assertThat(count).isEqualTo(LIMIT / SlowSessionBuffer.OVERHEAD);
  }

  @Test
  void latestMessagesStayWithinTheLimit() {
    Channel one = channel("new.one");
    Channel two = channel("new.two");
    assertThat(backlog.add(encoded(1), one)).isTrue();
    assertThat(backlog.add(encoded(1), two)).isTrue();
    assertThat(backlog.add(encoded(9_000), one)).isTrue();
    assertThat(backlog.add(encoded(9_000), two)).isFalse();
    assertThat(backlog.bytes()).isLessThanOrEqualTo(LIMIT);
  }

  @Test
  void latestMessageKeepsItsPlace() {
    Channel one = channel("new.one");
    backlog.add(EncodedMessage.text("1"), one);
    backlog.add(EncodedMessage.text("2"), channel("plain"));
    backlog.add(EncodedMessage.text("3"), one);
    assertThat(backlog.next(100))
        .extracting(encoded -> new String(encoded.bytes(), UTF_8))
        .containsExactly("3", "2");
    assertThat(hub.counters().droppedCount(Overflow.LATEST)).isEqualTo(1);
    assertThat(backlog.bytes()).isZero();
  }

  @Test
  void onlyDroppableOldestMessagesAreDropped() {
    Channel old = channel("old");
    backlog.add(encoded(4_000), channel("plain"));
    for (int i = 0; i < 100; i++) {
      assertThat(backlog.add(encoded(1_000 + i), old)).isTrue();
    }
    List<EncodedMessage> left = backlog.next(1_000_000);
    assertThat(left.get(0).size()).isEqualTo(4_000);
    assertThat(left.get(left.size() - 1).size()).isEqualTo(1_099);
    assertThat(hub.counters().droppedCount(Overflow.DROP_OLDEST)).isEqualTo(101 - left.size());
  }

  @Test
  void tooLargeMessageIsDroppedIfAllowed() {
    assertThat(backlog.add(encoded(20_000), channel("old"))).isTrue();
    assertThat(backlog.isEmpty()).isTrue();
    assertThat(hub.counters().droppedCount(Overflow.DROP_OLDEST)).isEqualTo(1);
    assertThat(backlog.add(encoded(20_000), channel("plain"))).isFalse();
  }

  @Test
  void halvingLeavesTheNewerHalf() {
    Channel old = channel("old");
    for (int i = 0; i < 8; i++) {
      backlog.add(encoded(1_000), old);
    }
    assertThat(backlog.halve()).isTrue();
    assertThat(backlog.size()).isEqualTo(4);
    backlog.clear();
    backlog.add(encoded(1_000), channel("plain"));
    assertThat(backlog.halve()).isFalse();
    assertThat(hub.counters().outboxByteCount()).isEqualTo(backlog.bytes());
  }
}
