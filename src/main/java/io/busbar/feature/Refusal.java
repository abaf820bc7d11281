package io.busbar.feature;

import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.util.Collection;

/**
 * Every refusal of the features: an HTTP status code and one sentence for the client. Immutable.
 */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final System.Logger LOG = System.getLogger(Refusal.class.getName());

  private static final String FAILED = "that did not work, please try again";

  private final int code;

  private Refusal(int code, String sentence) {
    super(sentence, null, false, false);
    this.code = code;
  }

  static Refusal noSession() {
    return new Refusal(400, "the header session is missing: only clients of the gateway can join");
  }

  static Refusal unknownEvent(String event) {
    return new Refusal(400, "the header event must be open, message or close, not " + event);
  }

  static Refusal notText() {
    return new Refusal(400, "a chat message is text, not binary");
  }

  static Refusal notSayable() {
    return new Refusal(400, "to say something send {\"message\":\"text\"}");
  }

  static Refusal emptyMessage() {
    return new Refusal(400, "a chat message must not be empty");
  }

  static Refusal longMessage(int limit) {
    return new Refusal(413, "a chat message has at most " + limit + " bytes");
  }

  static Refusal emptyNickname() {
    return new Refusal(400, "a nickname must not be empty: /nick NAME");
  }

  static Refusal longNickname(int limit) {
    return new Refusal(400, "a nickname has at most " + limit + " characters");
  }

  static Refusal unprintableNickname() {
    return new Refusal(400, "a nickname must not have control or invisible characters");
  }

  static Refusal takenNickname(String nickname) {
    return new Refusal(409, "the nickname " + nickname + " is taken");
  }

  static Refusal sameNickname(String nickname) {
    return new Refusal(409, "your nickname is " + nickname + " already");
  }

  static Refusal sessionClosed() {
    return new Refusal(410, "the session is closed");
  }

  static Refusal closing() {
    return new Refusal(503, "the server is stopping");
  }

  static Refusal noJson() {
    return new Refusal(400, "the body must be a JSON object");
  }

  static Refusal noNickname() {
    return new Refusal(400, "the nickname must be text");
  }

  static Refusal noMessage() {
    return new Refusal(400, "the message must be text");
  }

  static Refusal noSocket() {
    return new Refusal(400, "the socket_id must be that of a connection");
  }

  static Refusal noLogin() {
    return new Refusal(400, "the id must be the one that /login has answered");
  }

  static Refusal loggedOut() {
    return new Refusal(410, "you are not logged in any more: log in again");
  }

  static Refusal fullChat() {
    return new Refusal(503, "too many are logged in already");
  }

  static Refusal noChat() {
    return new Refusal(503, "the chat does not answer, please try again");
  }

  static Refusal notStocks() {
    return new Refusal(400, "to watch stocks send {\"stocks\":[\"AAPL\",\"MSFT\"]}");
  }

  static Refusal manyStocks(int limit) {
    return new Refusal(400, "at most " + limit + " stocks can be watched at once");
  }

  static Refusal unknownSymbols(Collection<String> symbols) {
    String noun = symbols.size() == 1 ? "symbol" : "symbols";
    return new Refusal(404, "unknown " + noun + ": " + String.join(", ", symbols));
  }

  static Refusal fullOfStocks() {
    return new Refusal(503, "too many stocks are watched already");
  }

  static Refusal noPrices() {
    return new Refusal(503, "there are no prices at the moment");
  }

  static Refusal unknownStock(Object address) {
    return new Refusal(404, "no such stock: " + address);
  }

  /** The form in which a service endpoint reports it to a client. */
  JsonObject toJson() {
    return new JsonObject().put("type", "error").put("code", code).put("message", getMessage());
  }

  /** The HTTP status of the refusal. */
  int status() {
    return code;
  }

  /** The form for a client that uses HTTP. */
  JsonObject toError() {
    JsonObject error = new JsonObject().put("code", code).put("message", getMessage());
    return new JsonObject().put("error", error);
  }

  /**
   * Returns the refusal for a failed request to the chat. A refusal of the chat keeps its own text.
   * Any other cause is logged.
   */
  static Refusal ofAnswer(Throwable cause) {
    if (cause instanceof Refusal refusal) {
      return refusal;
    }
    if (cause instanceof ReplyException reply) {
      if (reply.failureType() != ReplyFailure.RECIPIENT_FAILURE) {
        return noChat();
      }
      if (reply.failureCode() >= 400 && reply.failureCode() < 600) {
        String words = reply.getMessage();
        return new Refusal(reply.failureCode(), words == null ? FAILED : words);
      }
    }
    LOG.log(Level.WARNING, "A request to the chat could not be handled", cause);
    return new Refusal(500, FAILED);
  }

  /**
   * Fails the message with the refusal. Any other cause is logged, and the message fails with 500.
   */
  static void answer(Message<?> message, Throwable cause) {
    if (cause instanceof Refusal refusal) {
      message.fail(refusal.code, refusal.getMessage());
      return;
    }
    LOG.log(Level.WARNING, "A message to " + message.address() + " could not be handled", cause);
    message.fail(500, FAILED);
  }
}
