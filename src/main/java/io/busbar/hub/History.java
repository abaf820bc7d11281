package io.busbar.hub;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.util.List;

/**
 * The channels whose rule has a history, wherever in the cluster they are kept. Any thread may ask.
 */
public interface History {
  /** A header of the gateway's own, of what is told on a stream but no part of it: not kept. */
  String PASSING = "busbar-passing";

  /** Whether a message with these headers has no place in any stream. */
  static boolean isPassing(MultiMap headers) {
    return headers.contains(PASSING);
  }

  /** Whether what is published on the address has a position, and is kept. */
  boolean keeps(String address);

  /**
   * Will publish on such an address. Completes when the message is kept; fails when that is not
   * known. Those of one thread keep their order.
   *
   * @param headers as they go on the bus
   * @param holder whose stream it is where it is a new one; empty for nobody's
   */
  Future<Void> publish(String address, Payload payload, MultiMap headers, String holder);

  /**
   * Will read.
   *
   * @param messages at most so many
   */
  Future<StreamPage> read(String address, Since since, int messages);

  /**
   * Will list the streams that live on this node, by name.
   *
   * @param prefix of their names
   * @param after which name; empty from the first
   */
  Future<List<StreamView>> streams(String prefix, String after, int limit);

  /**
   * One stream.
   *
   * @param messages that are kept
   * @param first the offset of the oldest of them; head + 1 where none is
   * @param head the offset of the newest message that there was; 0 before the first
   * @param oldestMillis when the oldest was published, since 1970; 0 where none is kept
   */
  record StreamView(
      String name, long messages, long bytes, long first, long head, long oldestMillis) {}

  /** What this node has of streams. */
  Figures figures();

  /**
   * What is counted.
   *
   * @param streams that live on this node
   * @param bytes of what they keep
   * @param published messages that got their position here
   * @param lost messages of this node that could not be kept
   * @param evicted streams that were dropped to make room
   * @param storeFailures how often the store did not do what it was told
   */
  record Figures(
      long streams, long bytes, long published, long lost, long evicted, long storeFailures) {}

  /** Runs the task, on any thread, when streams may have gone on unheard by this node. */
  void onChange(Runnable changed);
}
