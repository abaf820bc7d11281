package io.busbar.hub;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.util.List;

/**
 * The store of the channels whose rule has a history, on any node of the cluster. Any thread may
 * use it.
 */
public interface History {
  /** Header of the gateway for a message that is told on a stream but not stored. */
  String PASSING = "busbar-passing";

  /** Returns whether a message with these headers belongs to no stream. */
  static boolean isPassing(MultiMap headers) {
    return headers.contains(PASSING);
  }

  /** Returns whether messages on the address get a position and are stored. */
  boolean keeps(String address);

  /**
   * Will publish on a stream. Completes when the message is stored; fails when that is not known.
   * Messages of one thread keep their order.
   *
   * @param headers headers as they go on the bus
   * @param holder holder of the stream, if it is a new one; empty for none
   */
  Future<Void> publish(String address, Payload payload, MultiMap headers, String holder);

  /**
   * Will read messages.
   *
   * @param messages maximum number of messages
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

  /** Returns the figures of streams on this node. */
  Figures figures();

  /**
   * The figures of streams.
   *
   * @param streams number of streams that live on this node
   * @param bytes size of their stored messages
   * @param published messages that got their position here
   * @param lost messages of this node that could not be stored
   * @param evicted streams that were dropped to make room
   * @param storeFailures how often the store did not do what it was told
   */
  record Figures(
      long streams, long bytes, long published, long lost, long evicted, long storeFailures) {}

  /** Runs the task on any thread when this node may have missed messages of streams. */
  void onChange(Runnable changed);
}
