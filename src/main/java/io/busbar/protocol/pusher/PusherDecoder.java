package io.busbar.protocol.pusher;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages of clients: {@code {"event":…,"channel":…,"data":…}}, event and channel being
 * strings. How long a message is was looked at before.
 */
final class PusherDecoder {
  private static final int LONGEST_EVENT = 200;

  private PusherDecoder() {}

  /** The message of a text. */
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

  /** Not made anew: numbers and blanks stay as the client wrote them. */
  private static @Nullable String data(JsonParser parser, String text) throws IOException {
    switch (parser.currentToken()) {
      case VALUE_STRING:
        return parser.getText();
      case VALUE_NULL:
        return null;
      default:
        int start = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        // the last token may not have been read to its end
        parser.finishToken();
        return text.substring(start, (int) parser.currentLocation().getCharOffset());
    }
  }

  private static PusherException invalid(String rule) {
    return new PusherException(PusherException.INVALID, rule);
  }
}
