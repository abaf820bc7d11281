package io.busbar.protocol.stomp;

import io.busbar.config.Action;
import io.busbar.hub.Disconnect;
import io.busbar.hub.FailureWords;
import io.busbar.hub.Fanout;
import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.busbar.hub.Refusal;
import io.busbar.hub.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.ext.stomp.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Handles SENDs that expect an answer. Immutable; each method runs on the event loop of the
 * session.
 *
 * <p>A question is a request with {@code reply-to:/temp-queue/x}. Its answer is a MESSAGE on {@code
 * /temp-queue/x}. The client need not subscribe to it: the subscription id is then that name. A
 * failure is a MESSAGE with a header {@code error}. The answer to any other request is its RECEIPT,
 * and its failure is an ERROR.
 */
final class StompQuestions {
  /** Maximum of open requests of a client; beyond it the gateway stops reading from the client. */
  private static final int MANY = 256;

  private final Hub hub;

  StompQuestions(Hub hub) {
    this.hub = hub;
  }

  static boolean isQuestion(Frame frame) {
    String replyTo = frame.getHeader(StompHeaders.REPLY_TO);
    return replyTo != null && replyTo.startsWith(StompDestination.TEMP_QUEUE);
  }

  void ask(
      StompSession session,
      Frame frame,
      StompDestination destination,
      Payload payload,
      @Nullable MultiMap headers) {
    String address = destination.address();
    if (session.work().questionsOpen() + session.subscriptions().size()
        >= hub.limits().subscriptions()) {
      StompCommands.allow(Refusal.TOO_MANY_SUBSCRIPTIONS, Action.SEND, address);
    }
    String replyTo = frame.getHeader(StompHeaders.REPLY_TO);
    String queue = session.temporary().named(replyTo);
    Future<Fanout> answer = hub.request(session.hubSession(), address, payload, headers, replyTo);
    if (answer.failed() && answer.cause() instanceof RefusedException) {
      session.fail(frame.getReceipt(), Disconnect.PROTOCOL_ERROR, FailureWords.of(answer.cause()));
      return;
    }
    session.work().begins();
    session.hubSession().whenSettled(() -> session.work().ends(frame));
    String correlation = frame.getHeader(StompHeaders.CORRELATION_ID);
    session.work().asks();
    answer.onComplete(
        result -> {
          if (result.succeeded()) {
            answered(session, replyTo, queue, correlation, result.result());
          } else {
            failed(session, replyTo, queue, correlation, result.cause());
          }
          session.work().answered();
        });
  }

  /** Sends a request. Will confirm the frame when the request is answered. */
  void request(
      StompSession session,
      Frame frame,
      StompDestination destination,
      Payload payload,
      @Nullable MultiMap headers) {
    Future<Fanout> answer =
        hub.request(session.hubSession(), destination.address(), payload, headers, "");
    boolean many = session.work().questionsOpen() >= MANY;
    if (many) {
      session.holdBack();
    }
    session.work().begins();
    session.work().asks();
    answer.onComplete(
        result -> {
          session.work().answered();
          if (result.succeeded()) {
            session.work().ends(frame);
          } else {
            session.work().fails(frame, FailureWords.of(result.cause()));
          }
          if (many) {
            session.readOn();
          }
        });
  }

  private static void answered(
      StompSession session,
      String replyTo,
      String queue,
      @Nullable String correlation,
      Fanout answer) {
    StringBuilder more = lines(session, replyTo, queue);
    MultiMap headers = answer.headers();
    boolean correlated = headers != null && headers.contains(StompHeaders.CORRELATION_ID);
    if (correlation != null && !correlated) {
      encoder(session).line(more, StompHeaders.CORRELATION_ID, correlation);
    }
    if (answer.replyAddress() != null) {
      String back = MessageEncoder.REPLY_QUEUE + answer.replyAddress();
      encoder(session).line(more, StompHeaders.REPLY_TO, back);
    }
    session.message(replyTo, answer.payload(), headers, more);
  }

  private static void failed(
      StompSession session,
      String replyTo,
      String queue,
      @Nullable String correlation,
      Throwable cause) {
    StringBuilder more = lines(session, replyTo, queue);
    MessageEncoder encoder = encoder(session);
    boolean isReply = cause instanceof ReplyException;
    String error = isReply ? ((ReplyException) cause).failureType().name() : "ERROR";
    encoder.line(more, StompHeaders.ERROR, error);
    if (isReply) {
      encoder.line(more, "error-code", "" + ((ReplyException) cause).failureCode());
    }
    if (correlation != null) {
      encoder.line(more, StompHeaders.CORRELATION_ID, correlation);
    }
    session.message(replyTo, Payload.text(FailureWords.of(cause)), null, more);
  }

  private static StringBuilder lines(StompSession session, String replyTo, String queue) {
    QueueSubscription own = session.subscriptions().ofQueue(queue);
    String id = own == null || own.subscription() == null ? replyTo : own.subscription();
    return encoder(session).line(null, Frame.SUBSCRIPTION, id);
  }

  private static MessageEncoder encoder(StompSession session) {
    return session.encoder();
  }
}
