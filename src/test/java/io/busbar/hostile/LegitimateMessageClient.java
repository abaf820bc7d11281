package io.busbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.ContractClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A harmless client that subscribes, publishes and sends requests at a steady pace during an
 * attack. It also receives the messages of the others. Every message and every answer must come. It
 * has a thread of its own; the thread of the test controls it.
 */
final class LegitimateMessageClient implements AutoCloseable {
  /** The address of the messages that all these clients publish and receive. */
  static final String TALK = "public.talk.said";

  private static final long PACE_NANOS = 200_000_000;

  private final String name;
  private final ContractClient client;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final Map<String, List<Long>> nanos = new HashMap<>();
  private ScheduledFuture<?> rounds;
  private long began;
  private int count;

  LegitimateMessageClient(String name, ContractClient client) {
    this.name = name;
    this.client = client;
  }

  /**
   * Subscribes to the messages of all.
   *
   * @param talk the address, or a pattern
   */
  LegitimateMessageClient listen(String talk) {
    client.subscribe(talk);
    return this;
  }

  void begin() {
    thread.execute(
        () -> {
          nanos.clear();
          began = System.nanoTime() - count * PACE_NANOS;
        });
    rounds = thread.scheduleAtFixedRate(this::round, 0, PACE_NANOS, TimeUnit.NANOSECONDS);
  }

  /**
   * Runs one round. Its time counts from its planned begin, so a delay by the round before is
   * included.
   */
  private void round() {
    long begins = began + count * PACE_NANOS;
    String own = "public.own." + name + count;
    String said = name + ':' + count;
    client.subscribe(own);
    long subscribed = took("subscribe", begins);
    client.publish(own, said);
    assertThat(client.next(own)).isEqualTo(said);
    long published = took("publish", subscribed);
    assertThat(client.request("echo", said)).isEqualTo(said);
    took("request", published);
    client.unsubscribe(own);
    client.publish(TALK, said);
    count++;
  }

  private long took(String what, long since) {
    long now = System.nanoTime();
    nanos.computeIfAbsent(what, key -> new ArrayList<>()).add(now - since);
    return now;
  }

  /** Starts the measurement again, because a node is slow just after its start. */
  void forgetTimes() {
    if (rounds.cancel(false)) {
      begin();
    }
  }

  /** Ends, and returns the number of its messages. Fails if a message or an answer did not come. */
  int end() throws Exception {
    rounds.cancel(false);
    thread.submit(() -> {}).get();
    try {
      rounds.get();
    } catch (CancellationException expected) {
      // The rounds were cancelled, and none had failed.
    } catch (ExecutionException e) {
      throw new AssertionError(name + " was hurt in round " + count, e.getCause());
    }
    return count;
  }

  /**
   * Reads all messages, those of each client in their order.
   *
   * @param spoken the number of messages by client
   */
  void hearAll(Map<String, Integer> spoken) {
    Map<String, Integer> next = new HashMap<>();
    int all = spoken.values().stream().mapToInt(Integer::intValue).sum();
    for (int i = 0; i < all; i++) {
      String[] said = ((String) client.next(TALK)).split(":", 2);
      assertThat(said[1])
          .as("what %s heard of %s", name, said[0])
          .isEqualTo(Integer.toString(next.merge(said[0], 1, Integer::sum) - 1));
    }
    assertThat(next).isEqualTo(spoken);
    assertThat(client.waiting(TALK)).isZero();
  }

  /** The number of messages of an address that wait to be read. */
  int received(String address) {
    return client.waiting(address);
  }

  String name() {
    return name;
  }

  /** The times of each kind of operation, in nanoseconds. */
  Map<String, List<Long>> nanos() {
    return nanos;
  }

  @Override
  public void close() {
    thread.shutdownNow();
    client.close();
  }
}
