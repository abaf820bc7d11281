package io.busbar.protocol.stomp;

import io.busbar.config.StompConfig;
import io.busbar.hub.Disconnect;
import io.busbar.protocol.ProtocolException;
import io.vertx.ext.stomp.Frame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The frames of one connection's open transactions, in their order. Ends with the connection. Owned
 * by its event loop.
 */
final class StompTransactions {
  private final StompConfig.Transactions limits;
  private Map<String, List<Frame>> open = Map.of();
  private int frames;
  private long size;

  StompTransactions(StompConfig.Transactions limits) {
    this.limits = limits;
  }

  /** Will open one. Throws ProtocolException when it is open, or too many are. */
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

  /** Will keep the frame until COMMIT. Throws ProtocolException beyond the limits. */
  void add(String id, Frame frame) {
    List<Frame> transaction = open.get(id);
    require(transaction != null, "transaction names one that is open");
    if (frames >= limits.frames()) {
      throw tooBig("open transactions have at most " + limits.frames() + " frames");
    }
    size += size(frame);
    if (size > limits.size().bytes()) {
      throw tooBig("open transactions have at most " + limits.size() + " of bodies");
    }
    frames++;
    transaction.add(frame);
  }

  /** Will close it and return what it held. Throws ProtocolException when it is not open. */
  List<Frame> end(String id) {
    List<Frame> transaction = open.isEmpty() ? null : open.remove(id);
    require(transaction != null, "COMMIT and ABORT end a transaction that is open");
    frames -= transaction.size();
    transaction.forEach(frame -> size -= size(frame));
    return transaction;
  }

  private static int size(Frame frame) {
    return frame.getBody() == null ? 0 : frame.getBody().length();
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
