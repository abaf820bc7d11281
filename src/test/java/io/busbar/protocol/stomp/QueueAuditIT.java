package io.busbar.protocol.stomp;

import io.busbar.BusbarProcess;
import org.junit.jupiter.api.Test;

/**
 * The promises of queues on one node, while clients come and go in all ways and the node is killed.
 * It prints the results at the end. It runs longer with {@code mvn verify -Pchaos}; {@code
 * -Dchaos.seed} repeats the same random numbers.
 */
final class QueueAuditIT extends QueueAuditNodes {
  private static final int KILLS = Integer.getInteger("audit.kills", 3);

  @Test
  void nothingIsLostWhileConsumersComeAndGo() {
    start(options("memory"));
    QueueAudit audit = audit();
    try {
      audit.finish(MESSAGES);
    } finally {
      judge("one node, memory", audit);
    }
  }

  @Test
  void nothingIsLostWhenANodeWithADiskIsKilled() {
    BusbarProcess node = start(options("disk"));
    QueueAudit audit = audit();
    try {
      for (int i = 0; i < KILLS; i++) {
        audit.goOn(MESSAGES / (KILLS + 1));
        kill(audit, node);
        node = start(options("disk"));
      }
      audit.finish(MESSAGES);
    } finally {
      judge("one node, disk, kill -9 × " + KILLS, audit);
    }
  }
}
