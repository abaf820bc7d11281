package io.busbar.protocol;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client whose connection is a pipe of messages. Used by the test's thread. */
public abstract class PipedContractClient implements ContractClient {
  protected static final long SECONDS = 20;

  protected final MessagePipe pipe;
  protected final HeardPositions positions = new HeardPositions();

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
  public HeardPositions positions() {
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
  public int told(int code) {
    return pipe.told(code);
  }

  @Override
  public int goodbye() {
    return pipe.goodbye();
  }

  @Override
  public void close() {
    pipe.close();
  }
}
