package io.busbar.protocol.stomp;

import io.busbar.protocol.stomp.StompTestClient.Received;
import java.util.HashSet;
import java.util.Set;

/**
 * A producer that sends numbers in order with receipts, most to one queue and some to the queue
 * with a feature. Messages without a receipt stay unknown when its connection ends. The next
 * connection has a new name and new numbers. Owned by its own thread.
 */
final class AuditProducer extends AuditClient {
  private static final int MOST_OPEN = 50;

  private final int slot;
  private int number;
  private volatile boolean finished;

  AuditProducer(int slot, QueueAudit audit, long seed) {
    super("p" + slot, audit, seed);
    this.slot = slot;
  }

  @Override
  boolean isOver() {
    return finished;
  }

  @Override
  boolean needsSafety() {
    return false;
  }

  @Override
  int first() {
    return slot;
  }

  @Override
  void live() {
    Set<String> open = new HashSet<>();
    String source = name + "." + connections();
    while (true) {
      while (open.size() < MOST_OPEN && audit.mayBeSent()) {
        open.add(send(source + " " + ++number));
      }
      if (open.isEmpty() && audit.isAllSent()) {
        finished = true;
        client().send("DISCONNECT\n\n\0");
        return;
      }
      boolean ended = client().isClosed();
      Received frame = client().nextOrNull();
      if (frame != null && frame.command().equals("RECEIPT")) {
        String text = frame.header("receipt-id");
        open.remove(text);
        audit.record().receipted(text);
      } else if (frame != null) {
        audit.record().error(name, frame);
        audit.neverReceipted(open.size());
        return;
      } else if (ended) {
        audit.neverReceipted(open.size());
        return;
      }
    }
  }

  private String send(String text) {
    String queue = random.nextInt(5) == 0 ? QueueAudit.HANDLED : QueueAudit.TAKEN;
    audit.record().sent(text);
    client().send("SEND\nreceipt:" + text + "\ndestination:/queue/" + queue + "\n\n" + text + "\0");
    return text;
  }
}
