package io.busbar.protocol.topics;

import io.busbar.hub.AddressPattern;
import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Encoder;
import io.busbar.hub.Fanout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code ["a/b", …]} of what is published on {@code a.b}. Headers have no place in it.
 *
 * @param others patterns that the same client hears, too: what they match comes by them
 */
record TopicEncoder(TopicNames names, List<AddressPattern> others) implements Encoder {
  /** Null for an address that is no topic, and for what the client hears by another pattern. */
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
