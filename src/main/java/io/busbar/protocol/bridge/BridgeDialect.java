package io.busbar.protocol.bridge;

import io.busbar.hub.Fanout;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * In which words a bridge says what all bridges do. Stateless; one object for each kind of client.
 */
public interface BridgeDialect {
  /** What permissions, features and metrics call its clients. */
  String protocol();

  /** The type of a message to a client. */
  String messageType();

  /** What such a message has beside that of every bridge: members of JSON, a comma before each. */
  String more(Fanout message);

  /** What is said of an error, as {@code err}; where it was is added. */
  JsonObject error(String code, String words);

  /** What answers a ping; null for nothing. */
  @Nullable JsonObject pong();

  /** Whether a client that unregisters from where it is not registered is told. */
  boolean tellsUnknownAddress();

  /** Whether a {@code send} with a {@code failureCode} fails the question that it answers. */
  boolean answersMayFail();
}
