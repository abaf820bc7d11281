package io.busbar.protocol.stomp;

import io.busbar.config.StompConfig;
import io.busbar.hub.Disconnect;
import io.busbar.protocol.ProtocolException;
import io.vertx.ext.stomp.Frame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The frames of one connection's open transactions, in their order. They end with the connection.
 * Owned by its event loop.
 */
final class StompTransactions {
  private final StompConfig.Transactions limits;
  private final AtomicLong all;
  private Map<String, List<Frame>> open = Map.of();
  private int frames;
  private long size;

  /** Approximate memory of a frame besides its body and headers, in bytes. */
  private static final int OVERHEAD = 256;

  /**
   * @param all bytes of the open transactions of all clients of this node
   */
  StompTransactions(StompConfig.Transactions limits, AtomicLong all) {
    this.limits = limits;
    this.all = all;
  }

  /**
   * Opens a transaction.
   *
   * @throws ProtocolException when it is open already, or too many are open
   */
  void begin(String id) {
    if (open.isEmpty()) {
      open = new HashMap<>();
    }
    require(!open.containsKey(id), "BEGIN opens a transaction that is not open");
    if (open.size() >= limits.open()) {
      throw tooBig("a client has at most " + limits.open() + " open transactions");
    }
    open.put(id, new ArrayList<>());
  }

  /**
   * Keeps the frame until COMMIT.
   *
   * @throws ProtocolException beyond the limits
   */
  void add(String id, Frame frame) {
    List<Frame> transaction = open.get(id);
    if (transaction == null) {
      throw StompCommands.broken("transaction names one that is open");
    }
    if (frames >= limits.frames()) {
      throw tooBig("open transactions have at most " + limits.frames() + " frames");
    }
    int more = size(frame);
    if (size + more > limits.size().bytes()) {
      throw tooBig("open transactions have at most " + limits.size());
    }
    if (all.addAndGet(more) > limits.totalSize().bytes()) {
      all.addAndGet(-more);
      throw tooBig("open transactions of all clients have at most " + limits.totalSize());
    }
    size += more;
    frames++;
    transaction.add(frame);
  }

  /**
   * Closes the transaction and returns its frames.
   *
   * @throws ProtocolException when it is not open
   */
  List<Frame> end(String id) {
    List<Frame> transaction = open.isEmpty() ? null : open.remove(id);
    if (transaction == null) {
      throw StompCommands.broken("COMMIT and ABORT end a transaction that is open");
    }
    frames -= transaction.size();
    transaction.forEach(frame -> release(size(frame)));
    return transaction;
  }

  private void release(long bytes) {
    size -= bytes;
    all.addAndGet(-bytes);
  }

  /** Drops all transactions. */
  void close() {
    open = Map.of();
    frames = 0;
    release(size);
  }

  private static int size(Frame frame) {
    int size = OVERHEAD + (frame.getBody() == null ? 0 : frame.getBody().length());
    for (Map.Entry<String, String> header : frame.getHeaders().entrySet()) {
      size += header.getKey().length() + header.getValue().length();
    }
    return size;
  }

  private static void require(boolean kept, String rule) {
    if (!kept) {
      throw new ProtocolException(Disconnect.PROTOCOL_ERROR, rule);
    }
  }

  private static ProtocolException tooBig(String rule) {
    return new ProtocolException(Disconnect.TOO_BIG, rule);
  }
}
