package io.busbar.protocol.pusher;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Decodes messages of clients: {@code {"event":…,"channel":…,"data":…}}, where event and channel
 * are strings. The caller limits the size.
 */
final class PusherDecoder {
  private static final int LONGEST_EVENT = 200;

  private PusherDecoder() {}

  /** Decodes a text message. */
  static PusherMessage decode(String text) throws PusherException {
    try (JsonParser parser = EventData.parser(text)) {
      return read(parser, text);
    } catch (IOException e) {
      throw invalid("a message is a JSON object");
    }
  }

  private static PusherMessage read(JsonParser parser, String text)
      throws IOException, PusherException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw invalid("a message is a JSON object");
    }
    String event = null;
    String channel = null;
    String data = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "event" -> event = string(parser, field);
        case "channel" -> channel = string(parser, field);
        case "data" -> data = data(parser, text);
        default -> parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      throw invalid("nothing comes after the object of a message");
    }
    if (event == null || event.isEmpty() || event.length() > LONGEST_EVENT) {
      throw invalid("a message has an event of 1 to " + LONGEST_EVENT + " characters");
    }
    return new PusherMessage(event, channel, data);
  }

  private static @Nullable String string(JsonParser parser, String field)
      throws IOException, PusherException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw invalid("the " + field + " of a message is a string");
    }
    return parser.getText();
  }

  /** Returns the data as the client wrote it, with its numbers and blanks. */
  private static @Nullable String data(JsonParser parser, String text) throws IOException {
    switch (parser.currentToken()) {
      case VALUE_STRING:
        return parser.getText();
      case VALUE_NULL:
        return null;
      default:
        int start = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        // The parser may not have read the last token to its end.
        parser.finishToken();
        return text.substring(start, (int) parser.currentLocation().getCharOffset());
    }
  }

  private static PusherException invalid(String rule) {
    return new PusherException(PusherException.INVALID, rule);
  }
}
