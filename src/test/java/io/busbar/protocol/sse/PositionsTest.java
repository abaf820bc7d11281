package io.busbar.protocol.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.hub.Position;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Ids of events with the positions in all channels. */
final class PositionsTest {
  private static final String A = LastEventId.key("a");
  private static final String B = LastEventId.key("b");

  private final Positions positions = new Positions(true);

  private String rewrite(String events) {
    byte[] bytes = events.getBytes(StandardCharsets.UTF_8);
    return new String(positions.lay(Unpooled.wrappedBuffer(bytes)), StandardCharsets.UTF_8);
  }

  @Test
  void eachIdContainsThePositionsOfAllChannels() {
    positions.put("a", new Position("x", 1));
    positions.put("b", new Position("y", 5));
    assertThat(
            rewrite(
                "id: "
                    + A
                    + "=x:2\nevent: n\ndata: 1\ndata: id: z\n\n:\n\ndata: 2\n\n"
                    + "id: "
                    + B
                    + "=z:6\ndata: \n\n"))
        .isEqualTo(
            "id: "
                + A
                + "=x:2,"
                + B
                + "=y:5\nevent: n\ndata: 1\ndata: id: z\n\n:\n\ndata: 2\n\n"
                + "id: "
                + A
                + "=x:2,"
                + B
                + "=z:6\ndata: \n\n");
    LastEventId last = new LastEventId(positions.id(), Set.of("b", "c", "a"));
    assertThat(last.of("a")).isEqualTo(new Position("x", 2));
    assertThat(last.of("b")).isEqualTo(new Position("z", 6));
    assertThat(last.of("c")).isNull();
    assertThat(last.isUnknown()).isFalse();
  }

  @Test
  void idOfOneChannelIsItsPosition() {
    Positions one = new Positions(false);
    one.put("a", new Position("x", 1));
    assertThat(one.id()).isEqualTo("x:1");
    assertThat(one.label("a")).isNull();
    assertThat(one.areWhole()).isTrue();
    assertThat(new LastEventId("x:1", Set.of("a")).of("a")).isEqualTo(new Position("x", 1));
    assertThat(new LastEventId("x:1", Set.of("a", "b")).isUnknown()).isTrue();
  }
}
