package io.busbar.protocol;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client whose connection is a pipe of messages. Used by the test's thread. */
public abstract class PipedContractClient implements ContractClient {
  protected static final long SECONDS = 20;

  protected final MessagePipe pipe;
  protected final ReceivedPositions positions = new ReceivedPositions();

  protected PipedContractClient(MessagePipe pipe) {
    this.pipe = pipe;
  }

  /** Waits for the next element of the queue, and returns it. */
  protected static <T> T take(BlockingQueue<T> queue) {
    try {
      T message = queue.poll(SECONDS, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("nothing came in " + SECONDS + " seconds");
      }
      return message;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public ReceivedPositions positions() {
    return positions;
  }

  @Override
  public void stopReading() {
    pipe.stopReading();
  }

  @Override
  public void readAgain() {
    pipe.readAgain();
  }

  @Override
  public void die() {
    pipe.die();
  }

  @Override
  public int closeCodeFor(int code) {
    return pipe.closeCodeFor(code);
  }

  @Override
  public int closeCode() {
    return pipe.closeCode();
  }

  @Override
  public void close() {
    pipe.close();
  }
}
