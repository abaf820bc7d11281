package io.busbar.stream;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Collects the publications of this node on one stream, and sends them to the stream's owner in
 * batches. Only one call is open at a time. Publications that arrive meanwhile go with the next
 * call, so they keep their order. Owned by the stream's event loop.
 */
final class AppendBatcher {
  private static final int MOST_IN_A_CALL = 500;
  private static final int MOST_BYTES_IN_A_CALL = 512 << 10;

  private record Waiting(Draft draft, String holder, Promise<Void> kept) {}

  private final BiFunction<String, List<Draft>, Future<Void>> ask;
  private final Runnable whenIdle;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private boolean asking;

  /**
   * @param ask the owner, with whose messages they are; completes on the stream's loop
   * @param whenIdle runs when nothing waits any more
   */
  AppendBatcher(BiFunction<String, List<Draft>, Future<Void>> ask, Runnable whenIdle) {
    this.ask = ask;
    this.whenIdle = whenIdle;
  }

  void take(Draft draft, String forWhom, Promise<Void> kept) {
    waiting.add(new Waiting(draft, forWhom, kept));
    if (!asking) {
      askNext();
    }
  }

  private void askNext() {
    List<Waiting> taken = new ArrayList<>();
    int bytes = 0;
    while (!waiting.isEmpty() && taken.size() < MOST_IN_A_CALL && bytes < MOST_BYTES_IN_A_CALL) {
      Waiting next = waiting.poll();
      bytes += next.draft().packed().raw().length;
      taken.add(next);
    }
    asking = true;
    ask.apply(taken.get(0).holder(), taken.stream().map(Waiting::draft).toList())
        .onComplete(
            kept -> {
              asking = false;
              taken.forEach(one -> one.kept().handle(kept));
              if (!waiting.isEmpty()) {
                askNext();
              } else {
                whenIdle.run();
              }
            });
  }
}
