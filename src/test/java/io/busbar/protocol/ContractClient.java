package io.busbar.protocol;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A client of some protocol, as the shared suite drives it. Waits for what it asked. */
public interface ContractClient extends AutoCloseable {
  /** Returns when the server took the subscription. */
  void subscribe(String address);

  /** The same, and says that of itself to those who look who is there. */
  void enter(String address, JsonObject info);

  /**
   * Subscribes to a stream, and is told where it is.
   *
   * @param since what {@link #position} said of the last message that was heard; null to hear what
   *     comes from now on
   */
  void follow(String address, String since);

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

  void unsubscribe(String address);

  void publish(String address, Object body);

  /** The same with headers of the client's own. */
  void publish(String address, Object body, Map<String, String> headers);

  void send(String address, Object body);

  /** Returns the body of the answer; throws {@link AssertionError} with the failure's words. */
  Object request(String address, Object body);

  /** Will answer every message on the address that asks for an answer. */
  void answer(String address, UnaryOperator<Object> with);

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
}
