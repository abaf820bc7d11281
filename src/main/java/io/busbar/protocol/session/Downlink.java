package io.busbar.protocol.session;

import java.util.function.Consumer;

/**
 * One request of a client that waits for frames: a poll takes one, a stream takes them until its
 * limit. Its {@link Source} calls it on the source's loop, and is told there what became of it.
 */
public interface Downlink {
  /** What is told from now on what becomes of this downlink. */
  void belongTo(Source source);

  boolean isStreaming();

  /** Will answer the poll with the frame; or say that it was not sent, when the client has left. */
  void answer(byte[] frame);

  /** Will write the frame to the stream; or say that it was not sent. */
  void stream(byte[] frame);

  /** Will end with the frame, and nobody cares whether it was read. */
  void last(byte[] frame);

  /** Will be told, in the words of its protocol, that it came while another waits. */
  void refuse();

  /** It does not matter any more what became of it. */
  void forget();

  /** Will drop the connection. */
  void abort();

  /** Will tell, on the source's loop, whether the client is there, or what it has read. */
  void inspect(Consumer<WriteOutcome> reply);

  /** The session ended before it took this: will look for the next of that id. */
  void again();
}
