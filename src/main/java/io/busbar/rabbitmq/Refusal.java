package io.busbar.rabbitmq;

/** Every "no" to those who send to a route: a code in the manner of HTTP and one sentence. */
enum Refusal {
  UNROUTABLE(404, "no queue of RabbitMQ takes the message"),
  NOT_SENDABLE(415, "only JSON, text and bytes go to RabbitMQ"),
  HEADERS(431, "too many headers, or too long ones, for RabbitMQ"),
  NACKED(502, "RabbitMQ refused the message"),
  FULL(503, "the buffer for RabbitMQ is full"),
  BLOCKED(503, "RabbitMQ takes no messages at the moment: it is short of memory or disk"),
  CLOSING(503, "the way to RabbitMQ is closing"),
  NOT_CONFIRMED(504, "RabbitMQ did not confirm the message in time");

  private final int code;
  private final String words;

  Refusal(int code, String words) {
    this.code = code;
    this.words = words;
  }

  int code() {
    return code;
  }

  String words() {
    return words;
  }

  RefusedException exception() {
    return new RefusedException(this);
  }

  /** A message that did not get into RabbitMQ. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Refusal refusal;

    private RefusedException(Refusal refusal) {
      super(refusal.words, null, false, false);
      this.refusal = refusal;
    }

    Refusal refusal() {
      return refusal;
    }
  }
}
