package io.busbar.hub;

import io.busbar.config.ChannelRule.Overflow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The output of one session, and the one place that decides whether a client is slow. Messages of a
 * turn are written at its end. What the transport cannot take waits, up to a limit for the session
 * and one for its loop. Beyond them the channel's policy applies. Owned by the session's event
 * loop.
 */
final class Outbox {
  private final Session session;
  private final Transport transport;
  private @Nullable Batch turn;
  private @Nullable List<Batch> restOfTurn;
  private boolean touched;
  private boolean writing;
  private boolean unflushed;
  private boolean closed;
  private @Nullable SlowSessionBuffer backlog;
  private @Nullable List<Runnable> whenWritten;

  /** Null where nobody needs the positions. */
  private @Nullable StreamJournal journal;

  Outbox(Session session, Transport transport) {
    this.session = session;
    this.transport = transport;
  }

  /** Will write the batch at the end of this turn, together with all others of the turn. */
  void offer(Batch batch) {
    if (closed) {
      return;
    }
    if (journal != null && batch.channel() != null && batch.last() != null) {
      journal.offered(batch.channel().address(), batch.last());
    }
    if (turn == null) {
      turn = batch;
    } else {
      restOfTurn = restOfTurn == null ? new ArrayList<>(4) : restOfTurn;
      restOfTurn.add(batch);
    }
    if (!touched) {
      touched = true;
      session.loop().touch(this);
    }
  }

  void journal(StreamJournal notes) {
    journal = notes;
  }

  /** Will run the task when everything offered before was written. */
  void whenWritten(Runnable task) {
    whenWritten = whenWritten == null ? new ArrayList<>(1) : whenWritten;
    whenWritten.add(task);
    if (!touched) {
      touched = true;
      session.loop().touch(this);
    }
  }

  /** Writes the batches of the turn, with one flush. */
  void flush() {
    touched = false;
    flushTurn();
    runWritten();
  }

  private void flushTurn() {
    Batch first = turn;
    List<Batch> rest = restOfTurn;
    turn = null;
    restOfTurn = null;
    if (closed || first == null) {
      return;
    }
    writing = true;
    take(first);
    if (rest != null) {
      rest.forEach(this::take);
    }
    writing = false;
    if (unflushed && !closed) {
      flushTransport();
    }
    if (backlog != null && transport.writable()) {
      drainBacklog();
    }
  }

  private void flushTransport() {
    unflushed = false;
    transport.flush();
  }

  private void runWritten() {
    if (whenWritten == null || backlog != null || closed || !transport.writable()) {
      return;
    }
    List<Runnable> tasks = whenWritten;
    whenWritten = null;
    tasks.forEach(task -> session.loop().context().emit(null, nothing -> task.run()));
  }

  /** Writes waiting messages while the transport takes them. */
  void drain() {
    if (!writing) {
      drainBacklog();
      runWritten();
    }
  }

  private void drainBacklog() {
    SlowSessionBuffer waiting = backlog;
    if (closed || waiting == null) {
      return;
    }
    boolean wrote = false;
    while (!waiting.isEmpty() && transport.writable()) {
      writeNext(waiting);
      wrote = true;
    }
    if (waiting.isEmpty()) {
      forget(waiting);
    }
    if (wrote) {
      flushTransport();
    }
  }

  private void writeNext(SlowSessionBuffer waiting) {
    transport.write(transport.framing().join(waiting.next(Batch.MOST_BYTES)));
  }

  /** Writes everything, even without room, because the connection closes after it. */
  void flushAll() {
    flush();
    SlowSessionBuffer waiting = backlog;
    if (closed || waiting == null) {
      return;
    }
    while (!waiting.isEmpty()) {
      writeNext(waiting);
    }
    forget(waiting);
    flushTransport();
  }

  /** Drops everything. */
  void close() {
    closed = true;
    turn = null;
    restOfTurn = null;
    whenWritten = null;
    if (backlog != null) {
      forget(backlog);
    }
  }

  private void take(Batch batch) {
    if (backlog == null && hasRoom()) {
      transport.write(batch.bytes());
      unflushed = true;
      return;
    }
    for (EncodedMessage encoded : batch.encodedMessages()) {
      if (closed) {
        return;
      }
      hold(encoded, batch.channel());
    }
  }

  /** After a flush a transport that was filled in this turn may have room again. */
  private boolean hasRoom() {
    if (transport.writable()) {
      return true;
    }
    if (unflushed) {
      flushTransport();
    }
    return transport.writable();
  }

  private void hold(EncodedMessage encoded, @Nullable Channel channel) {
    SlowReaders slow = session.loop().slowReaders();
    boolean room = slow.makeRoom(SlowSessionBuffer.cost(encoded));
    if (closed) {
      return;
    }
    if (backlog == null) {
      long limit = session.hub().limits().outbox().bytes();
      backlog = new SlowSessionBuffer(limit, slow, session.hub().counters());
      slow.add(this);
    }
    if (!room || !backlog.add(encoded, channel)) {
      disconnect(backlog.size() + 1);
    }
  }

  /**
   * Drops half of the waiting messages, if their policy allows it; otherwise disconnects the
   * client.
   */
  void giveWay() {
    if (backlog != null && !backlog.halve()) {
      disconnect(backlog.size());
    }
  }

  private void disconnect(int lost) {
    session.hub().counters().dropped(Overflow.DISCONNECT, lost);
    close();
    session.close(Disconnect.SLOW);
  }

  private void forget(SlowSessionBuffer waiting) {
    waiting.clear();
    backlog = null;
    session.loop().slowReaders().remove(this);
  }

  long waitingBytes() {
    return backlog == null ? 0 : backlog.bytes();
  }

  int waitingMessages() {
    return backlog == null ? 0 : backlog.size();
  }
}
