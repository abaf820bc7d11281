package io.busbar.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.hub.History;
import io.busbar.hub.LossReason;
import io.busbar.hub.Payload;
import io.busbar.hub.Position;
import io.busbar.hub.Since;
import io.busbar.hub.StreamMessage;
import io.busbar.hub.StreamPage;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Tests a subscriber on a node that was cut off without a copy of the stream. It sees an empty
 * stream, and later the old one again.
 */
final class EmptiedStreamTest {
  private static final String ADDRESS = "public.a";

  private final TestGateway node = TestGateway.start("channels=[{address: public.a, history: {}}]");
  private final Owner owner = new Owner();

  @AfterEach
  void stop() {
    node.close();
  }

  /** The owner of the stream as this node sees it. Its epoch and messages change. */
  private static final class Owner implements History {
    private volatile String epoch = "before";
    private volatile long head = 5;
    private Runnable changed = () -> {};

    /** Another owner has the name: the node looks again. */
    void become(String newEpoch, long newHead) {
      epoch = newEpoch;
      head = newHead;
      changed.run();
    }

    @Override
    public Future<StreamPage> read(String address, Since since, int messages) {
      long next = since.kind() == Since.Kind.NEXT ? head + 1 : since.offset();
      if (next > head + 1) {
        return Future.succeededFuture(
            new StreamPage(epoch, 1, head, head + 1, List.of(), LossReason.EPOCH));
      }
      List<StreamMessage> page =
          LongStream.rangeClosed(next, head).limit(messages).mapToObj(this::message).toList();
      return Future.succeededFuture(new StreamPage(epoch, 1, head, next, page, null));
    }

    private StreamMessage message(long offset) {
      Payload body = Payload.text("old " + offset).packed();
      MultiMap none = MultiMap.caseInsensitiveMultiMap();
      return new StreamMessage(new Position(epoch, offset), 0, body, none);
    }

    @Override
    public void onChange(Runnable task) {
      changed = task;
    }

    @Override
    public boolean keeps(String address) {
      return address.equals(ADDRESS);
    }

    @Override
    public Future<Void> publish(String address, Payload payload, MultiMap headers, String holder) {
      return Future.failedFuture("no client publishes here");
    }

    @Override
    public Future<List<StreamView>> streams(String prefix, String after, int limit) {
      return Future.succeededFuture(List.of());
    }

    @Override
    public Figures figures() {
      return new Figures(0, 0, 0, 0, 0, 0);
    }
  }

  private void publish(long offset, String body) {
    DeliveryOptions position =
        new DeliveryOptions()
            .addHeader(History.PASSING, "")
            .addHeader(Position.EPOCH, owner.epoch)
            .addHeader(Position.OFFSET, Long.toString(offset));
    node.bus().publish(ADDRESS, body, position);
  }

  @Test
  void returningStreamIsAGapAndNotAReplay() {
    node.hub().history(owner);
    try (StreamClient client = new StreamClient(node.httpPort())) {
      assertThat(client.recover(ADDRESS).getLong("offset")).isEqualTo(5);
      publish(6, "new 6");
      assertThat(client.next().getString("body")).isEqualTo("new 6");

      owner.become("alone", 0);
      assertGap(client.next(), 0);

      owner.become("after", 8);
      assertGap(client.next(), 8);
      publish(9, "new 9");
      assertThat(client.next().getString("body")).isEqualTo("new 9");
    }
  }

  /** The subscriber has received nothing of the empty stream, so it gets everything. */
  @Test
  void subscriberOfANewStreamReceivesItsFirstMessages() {
    node.hub().history(owner);
    owner.become("new", 0);
    try (StreamClient client = new StreamClient(node.httpPort())) {
      assertThat(client.recover(ADDRESS).getLong("offset")).isZero();
      owner.become("moved", 2);
      assertThat(client.next(2)).isEqualTo(List.of("old 1", "old 2"));
    }
  }

  private static void assertGap(JsonObject frame, long offset) {
    assertThat(frame.getBoolean("recovered")).as("%s", frame).isFalse();
    assertThat(frame.getLong("offset")).isEqualTo(offset);
  }
}
