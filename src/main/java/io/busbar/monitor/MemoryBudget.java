package io.busbar.monitor;

import io.busbar.config.ChannelRule;
import io.busbar.config.Config;
import io.busbar.hub.InboundBudget;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory that the limits allow to be used, and the memory of the JVM. The latter is the heap,
 * and the direct memory where Netty reads and writes. All values are in bytes.
 *
 * @param inbound partial input of clients, in either kind of memory
 * @param queues in the heap, as are the three that follow
 * @param streams 0 if no channel has a stream
 * @param outboxes messages that wait for slow clients
 * @param transactions open transactions of STOMP clients
 * @param otherNode messages that wait for one other node; 0 without a cluster
 */
public record MemoryBudget(
    long heap,
    long direct,
    long inbound,
    long queues,
    long streams,
    long outboxes,
    long transactions,
    long otherNode) {
  private static final System.Logger LOG = System.getLogger("io.busbar.node");

  /** The heap of a node with a few clients. */
  private static final long PROGRAM = 64L << 20;

  /** The direct memory of sockets when no message waits. */
  private static final long SOCKETS = 16L << 20;

  public static MemoryBudget of(Config config, InboundBudget inbound, long heap, long direct) {
    boolean clustered = config.cluster().enabled();
    return new MemoryBudget(
        heap,
        direct,
        inbound.most(),
        config.queues().totalBytes(heap, clustered),
        config.channels().stream().anyMatch(ChannelRule::isStream)
            ? config.streams().totalBytes(heap, clustered)
            : 0,
        config.limits().outboxTotal().bytes(),
        config.stomp().transactions().totalSize().bytes(),
        clustered ? config.cluster().bus().backlog().bytes() : 0);
  }

  /** Logs the budget, and what is missing. */
  public void tell() {
    LOG.log(Level.INFO, toString());
    String lack = lack();
    if (lack != null) {
      LOG.log(Level.WARNING, lack);
    }
  }

  /** Which memory is too small for the limits; null if all is enough. */
  @Nullable String lack() {
    List<String> lacks = new ArrayList<>(2);
    long inHeap = PROGRAM + inbound + queues + streams + outboxes + transactions;
    if (inHeap > heap) {
      lacks.add("the limits need " + size(inHeap) + " of heap and there are " + size(heap));
    }
    long outside = SOCKETS + inbound + otherNode;
    if (outside > direct) {
      lacks.add(
          "the limits need " + size(outside) + " of direct memory and there are " + size(direct));
    }
    return lacks.isEmpty()
        ? null
        : "too little memory: "
            + String.join("; ", lacks)
            + " (-Xmx, or lower limits.inbound-total, limits.outbox-total, queues.total-size,"
            + " streams.total-size)";
  }

  private static String size(long bytes) {
    return bytes < 1 << 20 ? (bytes >> 10) + " KiB" : (bytes >> 20) + " MiB";
  }

  @Override
  public String toString() {
    String line =
        "memory: heap "
            + size(heap)
            + ", direct "
            + size(direct)
            + "; of these at most "
            + size(inbound)
            + " for what clients have begun to send, "
            + size(queues)
            + " for queues, "
            + (streams == 0 ? "" : size(streams) + " for streams, ")
            + size(outboxes)
            + " for clients that read slowly, "
            + size(transactions)
            + " for transactions";
    return otherNode == 0 ? line : line + ", " + size(otherNode) + " for each other node";
  }
}
