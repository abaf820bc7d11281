package io.busbar.protocol.topics;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Payload;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/** A topic and its payload: {@code ["node/relay/1/set", {"state": true}]}. */
record TopicPair(String topic, Payload payload) {
  /** Topic with which a client asks for all publications. */
  static final String START = "clown.talk/-/config/set";

  /** Topic of the answer, after which publications come. */
  private static final String STARTED = "clown.talk/-/config/ok";

  private static final String ERROR = "clown.talk/-/error";

  /**
   * Reads a pair.
   *
   * @throws TopicsException with the broken rule
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

  /** Encodes a pair for a client; bytes are a base64 string. */
  static EncodedMessage write(String topic, Payload payload) {
    byte[] head = ("[" + Json.encode(topic) + ",").getBytes(StandardCharsets.UTF_8);
    byte[] body = payload.json();
    byte[] whole = new byte[head.length + body.length + 1];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(body, 0, whole, head.length, body.length);
    whole[whole.length - 1] = ']';
    return EncodedMessage.text(whole);
  }

  /** Encodes the answer to a client that has started. The gateway acknowledges nothing. */
  static EncodedMessage started() {
    return write(STARTED, Payload.json(new JsonObject().put("ack", false)));
  }

  /** Encodes an error. */
  static EncodedMessage error(String words) {
    return write(ERROR, Payload.json(new JsonObject().put("message", words)));
  }
}
