package io.busbar.protocol.sse;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The format of events: the parameter {@code format} of a stream. */
enum EventFormat {
  /** The data is the body, and the name is the message's header {@code name}. */
  PLAIN,
  /** The data is the body, and the name is the channel. */
  CHANNEL,
  /** The data is a JSON object with all fields of the message, and events have no name. */
  ENVELOPE;

  /** Returns the format of that name; null for none. */
  static @Nullable EventFormat named(String name) {
    for (EventFormat each : values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(name)) {
        return each;
      }
    }
    return null;
  }
}
