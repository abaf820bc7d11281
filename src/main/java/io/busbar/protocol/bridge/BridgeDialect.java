package io.busbar.protocol.bridge;

import io.busbar.hub.Fanout;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The differences between bridges in their messages. Immutable; one object for each kind of client.
 */
public interface BridgeDialect {
  /** Returns the name of the protocol for permissions, features and metrics. */
  String protocol();

  /** Returns the type of a message to a client. */
  String messageType();

  /** Returns further JSON members of such a message, each with a comma before it. */
  String more(Fanout message);

  /** Returns an {@code err} message; the caller adds the address. */
  JsonObject error(String code, String words);

  /** Returns the answer to a ping; null for none. */
  @Nullable JsonObject pong();

  /** Returns whether a client that unregisters from an unknown address gets an error. */
  boolean tellsUnknownAddress();

  /**
   * Returns whether a {@code send} with a {@code failureCode} fails the request that it answers.
   */
  boolean answersMayFail();
}
