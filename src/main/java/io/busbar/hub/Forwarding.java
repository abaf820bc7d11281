package io.busbar.hub;

import io.busbar.config.Reason;
import io.busbar.config.WorkerConfig;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.concurrent.TimeUnit;

/**
 * The forwarding of a message whose last subscriber here has just gone, to another listener. Other
 * nodes may believe for a moment that this node still listens, so it tries several times. Its steps
 * run one after another, on any thread.
 */
final class Forwarding {
  private static final int TRIES = 4;
  private static final long PAUSE_MILLIS = 50;

  private final Hub hub;
  private final String address;
  private final Message<?> message;
  private final DeliveryOptions options;
  private final Runnable end;
  private int tries;

  Forwarding(Hub hub, String address, Message<?> message) {
    this(hub, address, message, hub.replyTimeoutMillis(), () -> {});
  }

  /**
   * @param timeoutMillis time limit for the answer, in milliseconds
   * @param end run when the message is answered or has failed
   */
  private Forwarding(
      Hub hub, String address, Message<?> message, long timeoutMillis, Runnable end) {
    this.end = end;
    this.hub = hub;
    this.address = address;
    this.message = message;
    this.options =
        new DeliveryOptions().setHeaders(message.headers()).setSendTimeout(timeoutMillis);
  }

  /**
   * Returns a request to the workers of another node. It may take the time limit of the rule for
   * each of the tries.
   */
  static Forwarding ofWorkers(Hub hub, WorkerRequest request, WorkerConfig rule, Runnable end) {
    Message<?> message = request.original();
    long timeout = Math.max(hub.replyTimeoutMillis(), 2 * rule.timeout().toMillis());
    Forwarding forwarding = new Forwarding(hub, rule.address(), message, timeout, end);
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().setAll(message.headers());
    headers.set(WorkerPool.TRIES, Integer.toString(request.tries()));
    forwarding.options.setHeaders(headers);
    return forwarding;
  }

  void send() {
    tries++;
    hub.bus()
        .request(address, message.body(), options)
        .onSuccess(
            answer -> {
              answer(answer);
              end.run();
            })
        .onFailure(this::failed);
  }

  private void answer(Message<Object> answer) {
    if (message.replyAddress() == null) {
      return;
    }
    DeliveryOptions headers = new DeliveryOptions().setHeaders(answer.headers());
    if (answer.replyAddress() == null) {
      message.reply(answer.body(), headers);
      return;
    }
    headers.setSendTimeout(hub.replyTimeoutMillis());
    Future<Message<Object>> next = message.replyAndRequest(answer.body(), headers);
    next.onSuccess(
        last -> answer.reply(last.body(), new DeliveryOptions().setHeaders(last.headers())));
  }

  private void failed(Throwable cause) {
    ReplyException failure =
        cause instanceof ReplyException reply
            ? reply
            : new ReplyException(ReplyFailure.ERROR, -1, Reason.of(cause));
    if (failure.failureType() != ReplyFailure.NO_HANDLERS) {
      tell(failure);
    } else if (tries < TRIES) {
      hub.loops().get(0).eventLoop().schedule(this::send, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } else {
      hub.counters().unheard(address);
      tell(failure);
    }
  }

  private void tell(ReplyException failure) {
    if (message.replyAddress() != null) {
      message.reply(failure);
    }
    end.run();
  }
}
