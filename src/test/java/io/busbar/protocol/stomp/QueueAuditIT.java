package io.busbar.protocol.stomp;

import io.busbar.BusbarProcess;
import org.junit.jupiter.api.Test;

/**
 * What queues of one node promise, while clients come and go in all ways that there are and the
 * node is killed; at the end it prints what came. Much longer with {@code mvn verify -Pchaos};
 * {@code -Dchaos.seed} draws the same numbers again.
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
