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
 * The data of events: a text to Pusher's clients, byte for byte as its publisher said it; to all
 * others the JSON value that the text is of.
 */
final class EventData {
  /** A header with the text itself, where the value does not say which text it was. */
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
                  // how long the text is was looked at before
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private EventData() {}

  /** Reads JSON, not too much of it. */
  static JsonParser parser(String json) throws IOException {
    return JSON.createParser(json);
  }

  /**
   * The value of a JSON text: JsonObject, JsonArray, String, Number, Boolean or null.
   *
   * @throws DecodeException where it is no JSON, or too much of it
   */
  static @Nullable Object read(String json) {
    try {
      return JacksonCodec.fromParser(parser(json), Object.class);
    } catch (IOException e) {
      throw new DecodeException("no JSON", e);
    }
  }

  /** What the text is on the bus; with what no message can hold it stays a text. */
  static Payload payload(String data) {
    try {
      Payload value = Payload.json(read(data));
      // what UTF-8 cannot have shows here, and not where it is written for clients
      value.raw();
      return value.isFinite() ? value : Payload.text(data);
    } catch (DecodeException | EncodeException e) {
      return Payload.text(data);
    }
  }

  /** Adds the header, where {@link #text} would not find the text again. */
  static void keep(String data, Payload payload, MultiMap headers) {
    if (!plain(payload).equals(data)) {
      headers.set(HEADER, data);
    }
  }

  /**
   * The text.
   *
   * @param headers all of the message's on the bus; null for none
   */
  static String text(Payload payload, @Nullable MultiMap headers) {
    String exact = headers == null ? null : headers.get(HEADER);
    return exact == null ? plain(payload) : exact;
  }

  /** JSON as JSON, text as it is, bytes in base64. */
  private static String plain(Payload payload) {
    if (payload.kind() != Payload.Kind.BYTES) {
      return new String(payload.raw(), StandardCharsets.UTF_8);
    }
    String quoted = new String(payload.json(), StandardCharsets.UTF_8);
    return quoted.substring(1, quoted.length() - 1);
  }
}
