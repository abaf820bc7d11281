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
 * Subscribes, publishes and asks at a steady pace while somebody attacks the node, and listens to
 * what the others say; every message and every answer must come.
 */
final class TalkingBystander implements AutoCloseable {
  /** What all say there, all hear. */
  static final String TALK = "public.talk.said";

  private static final long PACE_NANOS = 200_000_000;

  private final String name;
  private final ContractClient client;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final Map<String, List<Long>> nanos = new HashMap<>();
  private ScheduledFuture<?> rounds;
  private long began;
  private int count;

  TalkingBystander(String name, ContractClient client) {
    this.name = name;
    this.client = client;
  }

  /**
   * Subscribes to what is said.
   *
   * @param talk the address, or a pattern
   */
  TalkingBystander listen(String talk) {
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

  /** One that begins late because the one before it took long has taken as long. */
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

  /** Measures anew: a node that has just been started is slow. */
  void forgetTimes() {
    if (rounds.cancel(false)) {
      begin();
    }
  }

  /** Will end, and return how often it spoke; fails when something did not come. */
  int end() throws Exception {
    rounds.cancel(false);
    thread.submit(() -> {}).get();
    try {
      rounds.get();
    } catch (CancellationException expected) {
      // All rounds went well.
    } catch (ExecutionException e) {
      throw new AssertionError(name + " was hurt in round " + count, e.getCause());
    }
    return count;
  }

  /**
   * Takes all that was said, each speaker's words in their order.
   *
   * @param spoken how often each speaker spoke
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

  /** How many messages on an address have come. */
  int heard(String address) {
    return client.waiting(address);
  }

  String name() {
    return name;
  }

  /** How long each thing took that it waited for, by what that was. */
  Map<String, List<Long>> nanos() {
    return nanos;
  }

  @Override
  public void close() {
    thread.shutdownNow();
    client.close();
  }
}
