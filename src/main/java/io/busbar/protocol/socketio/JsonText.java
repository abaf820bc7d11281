package io.busbar.protocol.socketio;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.busbar.protocol.ProtocolException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.jackson.JacksonCodec;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads payloads as JSON text (RFC 8259) within limits. Any thread may use it. */
final class JsonText {
  private final PacketRules rules;
  private final JsonFactory factory;

  JsonText(PacketRules rules) {
    this.rules = rules;
    StreamReadConstraints.Builder limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(rules.limits().depth())
            .maxTokenCount(rules.limits().elements())
            .maxNumberLength(PacketRules.MOST_DIGITS)
            // The size of a message is limited before it is parsed.
            .maxStringLength(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE);
    this.factory =
        JsonFactory.builder()
            .streamReadConstraints(limits.build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();
  }

  /**
   * Returns the value: JsonObject, JsonArray, String, Number, Boolean or null.
   *
   * @throws ProtocolException when the text is not JSON or exceeds a limit
   */
  @Nullable Object read(String text) {
    try {
      return JacksonCodec.fromParser(factory.createParser(text), Object.class);
    } catch (DecodeException e) {
      throw e.getCause() instanceof StreamConstraintsException ? rules.tooMuch() : notJson();
    } catch (IOException e) {
      throw notJson();
    }
  }

  private static ProtocolException notJson() {
    return PacketRules.broken("a payload is JSON");
  }
}
