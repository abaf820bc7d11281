package io.busbar.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import io.busbar.config.OneLine;

/** What went wrong with RabbitMQ, in one line for people. */
final class Causes {
  private Causes() {}

  static String words(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof AuthenticationFailureException) {
        return "it refuses the user name or the password";
      }
      if (cause instanceof ShutdownSignalException signal && reply(signal.getReason()) != null) {
        return OneLine.of(reply(signal.getReason()));
      }
    }
    Throwable last = thrown;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    String kind = last.getClass().getSimpleName();
    return OneLine.of(last.getMessage() == null ? kind : kind + ": " + last.getMessage());
  }

  private static String reply(Method reason) {
    if (reason instanceof AMQP.Connection.Close close) {
      return close.getReplyCode() + " " + close.getReplyText();
    }
    return reason instanceof AMQP.Channel.Close close
        ? close.getReplyCode() + " " + close.getReplyText()
        : null;
  }
}
