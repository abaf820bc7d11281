package io.busbar.protocol.stomp;

import io.busbar.protocol.stomp.StompTestClient.Received;

/**
 * A client that subscribes to the topics with the names of the queues, and should get nothing.
 * Owned by its own thread.
 */
final class AuditTopic extends AuditClient {
  AuditTopic(QueueAudit audit, long seed) {
    super("topic", audit, seed);
  }

  @Override
  boolean isOver() {
    return audit.isAllTaken();
  }

  @Override
  boolean needsSafety() {
    return false;
  }

  @Override
  int first() {
    return 0;
  }

  @Override
  void live() {
    for (String queue : QueueAudit.QUEUES) {
      client().send("SUBSCRIBE\nid:" + queue + "\ndestination:/topic/" + queue + "\n\n\0");
    }
    boolean there = true;
    while (there) {
      boolean over = isOver();
      boolean ended = client().isClosed();
      Received frame = client().nextOrNull();
      if (frame != null && frame.command().equals("MESSAGE")) {
        audit.record().heardOnTopic(frame);
      }
      there = frame != null || !ended && !over;
    }
  }
}
