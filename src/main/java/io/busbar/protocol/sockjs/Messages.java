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

/** Decodes the messages of a client: a JSON array that has only strings. */
final class Messages {
  static final String BROKEN = "Broken JSON encoding.";

  /** The length of a string has no limit here, because the size of the body is limited before. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private Messages() {}

  /**
   * Returns the strings of an array.
   *
   * @throws ProtocolException when the text is anything else
   */
  static List<String> ofArray(String text) {
    return parse(text, false);
  }

  /**
   * Returns the strings of an array, or a single string.
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
