package io.busbar.protocol;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A client of a protocol, as the shared tests use it. Each call waits for its result. Clients of
 * some protocols cannot do everything: they omit those methods, and the tests do not call them.
 * Used by the test's thread.
 */
public interface ContractClient extends AutoCloseable {
  /** Subscribes; returns when the server has accepted the subscription. */
  void subscribe(String address);

  /** Subscribes with information about the client for those who ask for presence. */
  default void enter(String address, JsonObject info) {
    throw unspoken();
  }

  /**
   * Subscribes to a stream, and hears its position.
   *
   * @param since result of {@link #position} for the last message that was heard; null for later
   *     messages only
   */
  default void follow(String address, String since) {
    throw unspoken();
  }

  /** Returns its positions on the streams that it follows. */
  ReceivedPositions positions();

  /** Returns the position of the last message on the stream: {@code epoch:offset}. */
  default String position(String address) {
    return positions().position(address);
  }

  /**
   * Returns whether the client was told that it hears everything since then; known with the first
   * message.
   */
  default boolean recovered(String address) {
    return positions().recovered(address);
  }

  default void unsubscribe(String address) {
    throw unspoken();
  }

  default void publish(String address, Object body) {
    throw unspoken();
  }

  /** Publishes with headers of the client. */
  default void publish(String address, Object body, Map<String, String> headers) {
    throw unspoken();
  }

  default void send(String address, Object body) {
    throw unspoken();
  }

  /**
   * Sends a request; returns the body of the answer, or throws {@link AssertionError} with the
   * failure's text.
   */
  default Object request(String address, Object body) {
    throw unspoken();
  }

  /** Will answer every request on the address. */
  default void answer(String address, UnaryOperator<Object> with) {
    throw unspoken();
  }

  /** Waits for the next message on a channel; returns its body. */
  Object next(String address);

  /** Returns the number of messages on a channel that have come and were not taken. */
  int waiting(String address);

  /** Waits for the next error; returns its text. */
  String nextError();

  void stopReading();

  void readAgain();

  /** Cuts the connection without a close. */
  void die();

  /** Returns the close code as a client sees it: the same, where its protocol can carry it. */
  default int closeCodeFor(int code) {
    return code;
  }

  /** Waits for the server's close; returns its code in the numbers of WebSocket. */
  int closeCode();

  @Override
  void close();

  private static UnsupportedOperationException unspoken() {
    return new UnsupportedOperationException("clients of this protocol cannot say that");
  }
}
