package io.busbar.protocol.session;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a client sends in its requests, on its way to the protocol above: in order, and only while
 * that takes some. A request is answered when all of it was taken, so that a client which sends one
 * after the other cannot flood the protocol. Owned by the session's loop.
 *
 * @param <M> one message
 */
public final class Upstream<M> {
  private record Parked<M>(Iterator<M> messages, Consumer<SendOutcome> answer) {}

  private final Consumer<M> protocol;
  private final int most;
  private ArrayDeque<Parked<M>> parked = new ArrayDeque<>(1);

  /** Requests that are still answered before their messages are taken. */
  private int early;

  private boolean paused;
  private boolean handing;
  private boolean closed;
  private boolean ended;

  /**
   * @param protocol takes the messages
   * @param most requests whose messages may wait
   */
  public Upstream(Consumer<M> protocol, int most) {
    this.protocol = protocol;
    this.most = most;
  }

  /**
   * Hands on the messages of one request.
   *
   * @param answer will be told what became of them
   */
  public void add(List<M> messages, Consumer<SendOutcome> answer) {
    if (parked.size() >= most) {
      answer.accept(SendOutcome.REFUSED);
      return;
    }
    boolean isEarly = early > 0;
    parked.add(new Parked<>(messages.iterator(), isEarly ? said -> {} : answer));
    if (isEarly) {
      early--;
      answer.accept(SendOutcome.TAKEN);
    }
    hand();
  }

  private void hand() {
    if (handing) {
      return;
    }
    handing = true;
    while (!parked.isEmpty() && (closed || !paused)) {
      Parked<M> first = parked.peek();
      if (!closed && first.messages().hasNext()) {
        protocol.accept(first.messages().next());
      } else {
        boolean gone = ended && first.messages().hasNext();
        parked.poll().answer().accept(gone ? SendOutcome.GONE : SendOutcome.TAKEN);
      }
    }
    handing = false;
  }

  /**
   * Answers who waits, and the next ones, before their messages are taken: the protocol may wait
   * for what the client does only after its answer.
   *
   * @param requests how many of the next ones
   */
  public void answerEarly(int requests) {
    early = requests;
    ArrayDeque<Parked<M>> waiting = parked;
    parked = new ArrayDeque<>();
    waiting.forEach(one -> parked.add(new Parked<>(one.messages(), said -> {})));
    waiting.forEach(one -> one.answer().accept(SendOutcome.TAKEN));
  }

  /** Answers who comes only when its messages are taken. */
  public void answerWhenTaken() {
    early = 0;
  }

  /** Whether messages wait for the protocol. */
  public boolean isHolding() {
    return !parked.isEmpty();
  }

  /** The protocol takes nothing for now. */
  public void pause() {
    paused = true;
  }

  /** It takes messages again. */
  public void resume() {
    paused = false;
    hand();
  }

  /** The session is closed: nobody wants what still comes, and its client will be told so. */
  public void close() {
    closed = true;
    hand();
  }

  /** There is no session any more: those who send are told. */
  public void end() {
    ended = true;
    close();
  }
}
