package io.busbar.protocol.sockjs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.busbar.hub.Disconnect;
import io.busbar.protocol.ProtocolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What clients send: a JSON array of strings, and nothing else in it. */
final class Messages {
  static final String BROKEN = "Broken JSON encoding.";

  /** Sizes are bounded before anything is parsed. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private Messages() {}

  /**
   * The strings of an array.
   *
   * @throws ProtocolException when the text is anything else
   */
  static List<String> ofArray(String text) {
    return parse(text, false);
  }

  /**
   * The strings of an array, or the one string that stands alone.
   *
   * @throws ProtocolException when the text is anything else
   */
  static List<String> ofArrayOrString(String text) {
    return parse(text, true);
  }

  private static List<String> parse(String text, boolean stringAllowed) {
    try (JsonParser parser = JSON.createParser(text)) {
      JsonToken first = parser.nextToken();
      List<String> messages;
      if (first == JsonToken.START_ARRAY) {
        messages = strings(parser);
      } else if (first == JsonToken.VALUE_STRING && stringAllowed) {
        messages = List.of(parser.getText());
      } else {
        throw broken();
      }
      if (parser.nextToken() != null) {
        throw broken();
      }
      return messages;
    } catch (IOException e) {
      throw broken();
    }
  }

  private static List<String> strings(JsonParser parser) throws IOException {
    List<String> messages = new ArrayList<>(4);
    JsonToken next;
    while ((next = parser.nextToken()) == JsonToken.VALUE_STRING) {
      messages.add(parser.getText());
    }
    if (next != JsonToken.END_ARRAY) {
      throw broken();
    }
    return messages;
  }

  private static ProtocolException broken() {
    return new ProtocolException(Disconnect.PROTOCOL_ERROR, BROKEN);
  }
}
