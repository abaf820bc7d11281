package io.busbar.protocol.session;

import java.util.function.Consumer;

/**
 * A client's request that waits for frames. A poll takes one frame, a stream takes frames up to its
 * limit. Used by the event loop of its {@link Source}, which is told the outcome on that loop.
 */
public interface Downlink {
  /** Sets the source that is told the outcome from now on. */
  void belongTo(Source source);

  boolean isStreaming();

  /** Will answer the poll with the frame, or report it as unsent when the client has left. */
  void answer(byte[] frame);

  /** Will write the frame to the stream, or report it as unsent. */
  void stream(byte[] frame);

  /** Will end with the frame, which need not be read. */
  void last(byte[] frame);

  /** Will tell the client that another request of its own already waits. */
  void refuse();

  /** Ends the reports about this downlink. */
  void forget();

  /** Will close the connection. */
  void abort();

  /** Will report on the source's event loop whether the client is there, or what it has read. */
  void inspect(Consumer<WriteOutcome> reply);

  /** Will search for the next session of that id, because this one has ended. */
  void again();
}
