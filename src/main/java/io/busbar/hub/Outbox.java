package io.busbar.hub;

import io.busbar.config.Config.Overflow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * What is on its way to one session, and the one place that judges slowness. What a turn brings is
 * written at its end; what the transport cannot take waits, up to a limit of bytes, and beyond it
 * the channel's policy decides. Owned by the session's event loop.
 */
final class Outbox {
  private static final class Waiting {
    private Wire wire;
    private final Channel channel;

    private Waiting(Wire wire, Channel channel) {
      this.wire = wire;
      this.channel = channel;
    }

    private Overflow overflow() {
      return channel == null ? Overflow.DISCONNECT : channel.overflow();
    }
  }

  private final Session session;
  private final Transport transport;
  private Batch turn;
  private List<Batch> restOfTurn;
  private boolean touched;
  private boolean closed;
  private ArrayDeque<Waiting> waiting;
  private Map<Channel, Waiting> newest;
  private long waitingBytes;
  private List<Runnable> whenWritten;

  Outbox(Session session, Transport transport) {
    this.session = session;
    this.transport = transport;
  }

  /** Will be written at the end of this turn, together with all else that the turn brings. */
  void offer(Batch batch) {
    if (closed) {
      return;
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
    boolean wrote = take(first);
    if (rest != null) {
      for (Batch batch : rest) {
        wrote |= take(batch);
      }
    }
    if (wrote) {
      transport.flush();
    } else if (waiting != null && transport.writable()) {
      drainWaiting();
    }
  }

  private void runWritten() {
    if (whenWritten == null || waiting != null || closed || !transport.writable()) {
      return;
    }
    List<Runnable> tasks = whenWritten;
    whenWritten = null;
    tasks.forEach(task -> session.loop().context().emit(null, nothing -> task.run()));
  }

  /** Writes what waits for as long as the transport takes it. */
  void drain() {
    drainWaiting();
    runWritten();
  }

  private void drainWaiting() {
    if (closed || waiting == null) {
      return;
    }
    boolean wrote = false;
    while (!waiting.isEmpty() && transport.writable()) {
      transport.write(transport.framing().join(nextChunk()));
      wrote = true;
    }
    if (waiting.isEmpty()) {
      waiting = null;
      newest = null;
    }
    if (wrote) {
      transport.flush();
    }
  }

  /** Writes all there is, room or not: what comes after it is a goodbye. */
  void flushAll() {
    flush();
    if (closed || waiting == null) {
      return;
    }
    while (!waiting.isEmpty()) {
      transport.write(transport.framing().join(nextChunk()));
    }
    waiting = null;
    newest = null;
    transport.flush();
  }

  /** Forgets everything. */
  void close() {
    closed = true;
    turn = null;
    restOfTurn = null;
    waiting = null;
    newest = null;
    whenWritten = null;
    session.hub().counters().outboxBytes(-waitingBytes);
    waitingBytes = 0;
  }

  private boolean take(Batch batch) {
    if (waiting == null && transport.writable()) {
      transport.write(batch.bytes());
      return true;
    }
    for (Wire wire : batch.wires()) {
      if (closed) {
        return false;
      }
      hold(wire, batch.channel());
    }
    return false;
  }

  private void hold(Wire wire, Channel channel) {
    Waiting entry = new Waiting(wire, channel);
    if (entry.overflow() == Overflow.LATEST && replaceOlder(entry)) {
      return;
    }
    if (waitingBytes + wire.size() > session.hub().limits().outbox().bytes()) {
      if (entry.overflow() != Overflow.DROP_OLDEST) {
        session.hub().counters().dropped(Overflow.DISCONNECT, waitingCount() + 1);
        close();
        session.close(Disconnect.SLOW);
        return;
      }
      if (!makeRoom(wire.size())) {
        session.hub().counters().dropped(Overflow.DROP_OLDEST, 1);
        return;
      }
    }
    waiting = waiting == null ? new ArrayDeque<>() : waiting;
    waiting.add(entry);
    account(wire.size());
    if (entry.overflow() == Overflow.LATEST) {
      newest = newest == null ? new HashMap<>() : newest;
      newest.put(channel, entry);
    }
  }

  private boolean replaceOlder(Waiting entry) {
    Waiting older = newest == null ? null : newest.get(entry.channel);
    if (older == null) {
      return false;
    }
    account(entry.wire.size() - older.wire.size());
    older.wire = entry.wire;
    session.hub().counters().dropped(Overflow.LATEST, 1);
    return true;
  }

  private boolean makeRoom(int size) {
    long limit = session.hub().limits().outbox().bytes();
    Iterator<Waiting> oldest = waiting == null ? null : waiting.iterator();
    while (oldest != null && oldest.hasNext() && waitingBytes + size > limit) {
      Waiting entry = oldest.next();
      if (entry.overflow() == Overflow.DROP_OLDEST) {
        oldest.remove();
        account(-entry.wire.size());
        session.hub().counters().dropped(Overflow.DROP_OLDEST, 1);
      }
    }
    return waitingBytes + size <= limit;
  }

  private List<Wire> nextChunk() {
    List<Wire> chunk = new ArrayList<>();
    int size = 0;
    while (!waiting.isEmpty()
        && (chunk.isEmpty() || size + waiting.peek().wire.size() <= Batch.MOST_BYTES)) {
      Waiting entry = waiting.poll();
      chunk.add(entry.wire);
      size += entry.wire.size();
      if (newest != null) {
        newest.remove(entry.channel, entry);
      }
    }
    account(-size);
    return chunk;
  }

  private int waitingCount() {
    return waiting == null ? 0 : waiting.size();
  }

  private void account(long bytes) {
    waitingBytes += bytes;
    session.hub().counters().outboxBytes(bytes);
  }
}
