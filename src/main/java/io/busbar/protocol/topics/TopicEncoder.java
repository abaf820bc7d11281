package io.busbar.protocol.topics;

import io.busbar.hub.AddressPattern;
import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Encoder;
import io.busbar.hub.Fanout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a publication on {@code a.b} as {@code ["a/b", …]}, without headers.
 *
 * @param others other patterns of the same client, which deliver the messages that they match
 */
record TopicEncoder(TopicNames names, List<AddressPattern> others) implements Encoder {
  /**
   * Returns null for an address without a topic, and for messages that another pattern delivers.
   */
  @Override
  public @Nullable EncodedMessage encode(Fanout message) {
    String topic = names.topic(message.address());
    for (AddressPattern other : others) {
      if (other.matches(message.address())) {
        return null;
      }
    }
    return topic == null ? null : TopicPair.write(topic, message.payload());
  }
}
