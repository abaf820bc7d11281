package io.busbar.hub;

import io.busbar.config.ChannelRule.Overflow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to one session, and the one place that judges slowness. What a turn brings is
 * written at its end; what the transport cannot take waits, up to a limit of bytes for the session
 * and one for its loop, and beyond them the channel's policy decides. Owned by the session's event
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

  /** Null for nobody who wants to know. */
  private @Nullable StreamJournal journal;

  Outbox(Session session, Transport transport) {
    this.session = session;
    this.transport = transport;
  }

  /** Will be written at the end of this turn, together with all else that the turn brings. */
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

  /** Will run the task when nothing that was offered before is here any more. */
  void whenWritten(Runnable task) {
    whenWritten = whenWritten == null ? new ArrayList<>(1) : whenWritten;
    whenWritten.add(task);
    if (!touched) {
      touched = true;
      session.loop().touch(this);
    }
  }

  /** Writes what the turn brought, as one flush. */
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

  /** Writes what waits for as long as the transport takes it. */
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

  /** Writes all there is, room or not: what comes after it is a goodbye. */
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

  /** Forgets everything. */
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
    for (EncodedMessage wire : batch.wires()) {
      if (closed) {
        return;
      }
      hold(wire, batch.channel());
    }
  }

  /** A socket that was filled in this very turn may empty itself when it is told to. */
  private boolean hasRoom() {
    if (transport.writable()) {
      return true;
    }
    if (unflushed) {
      flushTransport();
    }
    return transport.writable();
  }

  private void hold(EncodedMessage wire, @Nullable Channel channel) {
    SlowReaders slow = session.loop().slowReaders();
    boolean room = slow.makeRoom(SlowSessionBuffer.cost(wire));
    if (closed) {
      return;
    }
    if (backlog == null) {
      long limit = session.hub().limits().outbox().bytes();
      backlog = new SlowSessionBuffer(limit, slow, session.hub().counters());
      slow.add(this);
    }
    if (!room || !backlog.add(wire, channel)) {
      disconnect(backlog.size() + 1);
    }
  }

  /** Loses half of what waits, where it may be lost, or the client. */
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
}
