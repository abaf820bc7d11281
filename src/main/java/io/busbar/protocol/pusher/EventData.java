package io.busbar.protocol.pusher;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.busbar.hub.Payload;
import io.vertx.core.MultiMap;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.EncodeException;
import io.vertx.core.json.jackson.JacksonCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Converts the data of events. Pusher clients get the exact text of the publisher, and all others
 * get the JSON value of that text.
 */
final class EventData {
  /** Header with the original text, where the value alone would give another text. */
  static final String HEADER = "busbar-data";

  private static final int MOST_DEPTH = 100;
  private static final int MOST_TOKENS = 100_000;
  private static final int MOST_DIGITS = 100;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MOST_DEPTH)
                  .maxTokenCount(MOST_TOKENS)
                  .maxNumberLength(MOST_DIGITS)
                  // The length of the text is limited before.
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private EventData() {}

  /** Returns a parser for JSON within limits. */
  static JsonParser parser(String json) throws IOException {
    return JSON.createParser(json);
  }

  /**
   * Returns the value of a JSON text: JsonObject, JsonArray, String, Number, Boolean or null.
   *
   * @throws DecodeException when it is not JSON or exceeds a limit
   */
  static @Nullable Object read(String json) {
    try {
      return JacksonCodec.fromParser(parser(json), Object.class);
    } catch (IOException e) {
      throw new DecodeException("no JSON", e);
    }
  }

  /**
   * Returns the payload for a text: its JSON value, or the text when no message can carry that
   * value.
   */
  static Payload payload(String data) {
    try {
      Payload value = Payload.json(read(data));
      // This finds characters that UTF-8 cannot encode before they reach an encoder.
      value.raw();
      return value.isFinite() ? value : Payload.text(data);
    } catch (DecodeException | EncodeException e) {
      return Payload.text(data);
    }
  }

  /** Adds the header when {@link #text} could not restore the text. */
  static void keep(String data, Payload payload, MultiMap headers) {
    if (!plain(payload).equals(data)) {
      headers.set(HEADER, data);
    }
  }

  /**
   * Returns the text.
   *
   * @param headers all headers of the bus message; null for none
   */
  static String text(Payload payload, @Nullable MultiMap headers) {
    String exact = headers == null ? null : headers.get(HEADER);
    return exact == null ? plain(payload) : exact;
  }

  /** Returns JSON and text as they are, and bytes in base64. */
  private static String plain(Payload payload) {
    if (payload.kind() != Payload.Kind.BYTES) {
      return new String(payload.raw(), StandardCharsets.UTF_8);
    }
    String quoted = new String(payload.json(), StandardCharsets.UTF_8);
    return quoted.substring(1, quoted.length() - 1);
  }
}
