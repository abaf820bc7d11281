package io.busbar.protocol.topics;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Payload;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/** {@code ["node/relay/1/set", {"state": true}]}: a topic, and what is said on it. */
record TopicPair(String topic, Payload payload) {
  /** What a client says to hear what is published. */
  static final String START = "clown.talk/-/config/set";

  /** The answer: from here on it hears. */
  private static final String STARTED = "clown.talk/-/config/ok";

  private static final String ERROR = "clown.talk/-/error";

  /**
   * Reads a pair.
   *
   * @throws TopicsException with the rule that it breaks
   */
  static TopicPair parse(String line) throws TopicsException {
    JsonArray pair = array(line);
    if (pair.size() != 2 || !(pair.getValue(0) instanceof String topic)) {
      throw new TopicsException("a pair is [topic, payload], and the topic a string");
    }
    return new TopicPair(topic, Payload.json(pair.getValue(1)));
  }

  private static JsonArray array(String line) throws TopicsException {
    try {
      if (Json.decodeValue(line) instanceof JsonArray array) {
        return array;
      }
    } catch (DecodeException notJson) {
      throw new TopicsException("a line is a pair in JSON: [topic, payload]");
    }
    throw new TopicsException("a line is a pair in JSON: [topic, payload]");
  }

  /** The pair as a client reads it; bytes are a string in base64. */
  static EncodedMessage write(String topic, Payload payload) {
    byte[] head = ("[" + Json.encode(topic) + ",").getBytes(StandardCharsets.UTF_8);
    byte[] body = payload.json();
    byte[] whole = new byte[head.length + body.length + 1];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(body, 0, whole, head.length, body.length);
    whole[whole.length - 1] = ']';
    return EncodedMessage.text(whole);
  }

  /** Tells that the client hears now. Nothing is acknowledged. */
  static EncodedMessage started() {
    return write(STARTED, Payload.json(new JsonObject().put("ack", false)));
  }

  /** Tells what was refused. */
  static EncodedMessage error(String words) {
    return write(ERROR, Payload.json(new JsonObject().put("message", words)));
  }
}
