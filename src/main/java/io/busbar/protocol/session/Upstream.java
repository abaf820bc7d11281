package io.busbar.protocol.session;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * The messages of a client's requests on their way to the protocol: in order, and only while the
 * protocol accepts some. A request is answered when all its messages are taken, so sequential
 * requests cannot flood the protocol. Owned by the session's event loop.
 *
 * @param <M> type of a message
 */
public final class Upstream<M> {
  /** A request whose messages wait. */
  private record Parked<M>(Iterator<M> messages, Consumer<SendOutcome> answer) {}

  private final Consumer<M> protocol;
  private final int most;
  private ArrayDeque<Parked<M>> parked = new ArrayDeque<>(1);

  /** Number of next requests that are answered before their messages are taken. */
  private int early;

  private boolean paused;
  private boolean handing;
  private boolean closed;
  private boolean ended;

  /**
   * @param protocol takes the messages
   * @param most maximum of requests whose messages may wait
   */
  public Upstream(Consumer<M> protocol, int most) {
    this.protocol = protocol;
    this.most = most;
  }

  /**
   * Passes on the messages of one request.
   *
   * @param answer will be given the outcome
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
   * Answers waiting requests and the next ones before their messages are taken. The protocol may
   * wait for something that the client does only after its response.
   *
   * @param requests number of next requests
   */
  public void answerEarly(int requests) {
    early = requests;
    ArrayDeque<Parked<M>> waiting = parked;
    parked = new ArrayDeque<>();
    waiting.forEach(one -> parked.add(new Parked<>(one.messages(), said -> {})));
    waiting.forEach(one -> one.answer().accept(SendOutcome.TAKEN));
  }

  /** Answers requests again only when their messages are taken. */
  public void answerWhenTaken() {
    early = 0;
  }

  /** Returns whether messages wait for the protocol. */
  public boolean isHolding() {
    return !parked.isEmpty();
  }

  /** Stops passing on messages. */
  public void pause() {
    paused = true;
  }

  /** Passes on messages again. */
  public void resume() {
    paused = false;
    hand();
  }

  /** Drops further messages, because the session is closed and its client will be told. */
  public void close() {
    closed = true;
    hand();
  }

  /** Ends the session: requests whose messages were not taken get {@link SendOutcome#GONE}. */
  public void end() {
    ended = true;
    close();
  }
}
