package io.busbar.protocol;

import io.busbar.hub.Fanout;
import io.busbar.hub.LossReason;
import io.busbar.hub.Position;
import io.busbar.hub.Since;
import io.busbar.hub.StreamStart;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The JSON form of positions in streams, for protocols that use JSON. */
public final class StreamJson {
  public static final String EPOCH = "epoch";
  public static final String OFFSET = "offset";
  private static final String RECOVERED = "recovered";
  private static final String REASON = "reason";
  private static final String NO_STREAM = "no history";
  private static final int MOST_EPOCH = 64;
  private static final long MOST_OFFSET = 1L << 53;

  private StreamJson() {}

  /**
   * Returns the position of a client that comes back: {@code {"epoch":…,"offset":…}}.
   *
   * @throws IllegalArgumentException with a text for the client where it is no position
   */
  public static Since since(Object value) {
    if (value instanceof JsonObject at
        && at.getValue(EPOCH) instanceof String epoch
        && epoch.length() <= MOST_EPOCH
        && at.getValue(OFFSET) instanceof Number offset
        && offset.doubleValue() == offset.longValue()
        && offset.longValue() >= 0
        && offset.longValue() < MOST_OFFSET) {
      return Since.after(new Position(epoch, offset.longValue()));
    }
    throw new IllegalArgumentException(
        "since is {\"epoch\":…,\"offset\":…}, as messages had them: a string and a whole number");
  }

  /**
   * Returns where a subscription begins.
   *
   * @param start null where the channel is no stream
   */
  public static JsonObject start(@Nullable StreamStart start) {
    if (start == null) {
      return new JsonObject().put(RECOVERED, false).put(REASON, NO_STREAM);
    }
    JsonObject at = at(start.position()).put(RECOVERED, start.isRecovered());
    LossReason lost = start.lost();
    return lost == null ? at : at.put(REASON, lost.words());
  }

  /** Returns the message for a gap. */
  public static JsonObject gap(Fanout gap) {
    Position position = Objects.requireNonNull(gap.position(), "a gap is somewhere");
    LossReason lost = Objects.requireNonNull(gap.lost(), "a gap has a reason");
    return at(position).put(RECOVERED, false).put(REASON, lost.words());
  }

  private static JsonObject at(Position position) {
    return new JsonObject().put(EPOCH, position.epoch()).put(OFFSET, position.offset());
  }
}
