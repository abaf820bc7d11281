package io.busbar.protocol.sse;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How messages are written as events: the parameter {@code format} of a stream. */
enum EventFormat {
  /** The data is the body, the event is called by the message's header {@code name}. */
  PLAIN,
  /** The data is the body, the event is called by its channel. */
  CHANNEL,
  /** The data is a JSON object with all there is to know, no event has a name. */
  ENVELOPE;

  /** The one of that name; null for none. */
  static @Nullable EventFormat named(String name) {
    for (EventFormat each : values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(name)) {
        return each;
      }
    }
    return null;
  }
}
