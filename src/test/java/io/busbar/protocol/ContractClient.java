package io.busbar.protocol;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A client of some protocol, as the shared suite drives it. Waits for what it asked. Not every
 * protocol's clients can say everything: those leave it out, and the suite does not ask for it.
 */
public interface ContractClient extends AutoCloseable {
  /** Returns when the server took the subscription. */
  void subscribe(String address);

  /** The same, and says that of itself to those who look who is there. */
  default void enter(String address, JsonObject info) {
    throw unspoken();
  }

  /**
   * Subscribes to a stream, and is told where it is.
   *
   * @param since what {@link #position} said of the last message that was heard; null to hear what
   *     comes from now on
   */
  default void follow(String address, String since) {
    throw unspoken();
  }

  /** Where it is on the streams that it follows. */
  HeardPositions positions();

  /** Where on the stream the last message is that has come: {@code epoch:offset}. */
  default String position(String address) {
    return positions().position(address);
  }

  /** Whether the client was told that it hears all since then; known with the first message. */
  default boolean recovered(String address) {
    return positions().recovered(address);
  }

  default void unsubscribe(String address) {
    throw unspoken();
  }

  default void publish(String address, Object body) {
    throw unspoken();
  }

  /** The same with headers of the client's own. */
  default void publish(String address, Object body, Map<String, String> headers) {
    throw unspoken();
  }

  default void send(String address, Object body) {
    throw unspoken();
  }

  /** Returns the body of the answer; throws {@link AssertionError} with the failure's words. */
  default Object request(String address, Object body) {
    throw unspoken();
  }

  /** Will answer every message on the address that asks for an answer. */
  default void answer(String address, UnaryOperator<Object> with) {
    throw unspoken();
  }

  /** The body of the next message on a channel; waits for it. */
  Object next(String address);

  /** How many messages on a channel have come and were not taken. */
  int waiting(String address);

  /** The words of the next error; waits for it. */
  String nextError();

  void stopReading();

  void readAgain();

  /** Cuts the connection without a goodbye. */
  void die();

  /** What a client is told of that code of a goodbye: the same, where its protocol can say it. */
  default int told(int code) {
    return code;
  }

  /** The code of the server's goodbye, in WebSocket's numbers; waits for it. */
  int goodbye();

  @Override
  void close();

  private static UnsupportedOperationException unspoken() {
    return new UnsupportedOperationException("clients of this protocol cannot say that");
  }
}
