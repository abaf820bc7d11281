package io.busbar.cluster;

import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.TestGateway;
import io.busbar.cluster.Client.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Numbers what it publishes and counts what arrives. A talker publishes on a channel of its own on
 * its node; an ear listens to all channels of all talkers.
 */
final class Audit implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long PAUSE_MILLIS = 5;

  /** What one ear missed of one talker. */
  record Verdict(int heard, int lost, int duplicated, int reordered) {
    Verdict plus(Verdict other) {
      return new Verdict(
          heard + other.heard,
          lost + other.lost,
          duplicated + other.duplicated,
          reordered + other.reordered);
    }

    boolean isClean() {
      return lost == 0 && duplicated == 0 && reordered == 0;
    }
  }

  /** Publishes a number every few milliseconds until it is told to stop, or cut off. */
  static final class Talker {
    private final Client client;
    private final String channel;
    private volatile int said;
    private volatile long timer;

    private Talker(Client client, String channel) {
      this.client = client;
      this.channel = channel;
    }

    void start() {
      timer = Client.VERTX.setPeriodic(PAUSE_MILLIS, tick -> sayNext());
    }

    private void sayNext() {
      if (client.isGone()) {
        stop();
      } else {
        int next = said + 1;
        client.publish(channel, Integer.toString(next));
        said = next;
      }
    }

    void stop() {
      Client.VERTX.cancelTimer(timer);
    }

    int said() {
      return said;
    }
  }

  /** Writes down every number. */
  static final class Ear {
    private final Protocol protocol;
    private final Map<String, List<Integer>> heard = new ConcurrentHashMap<>();

    private Ear(Protocol protocol) {
      this.protocol = protocol;
    }

    private void hear(String channel, String number) {
      heard(channel).add(Integer.parseInt(number));
    }

    private List<Integer> heard(String channel) {
      return heard.computeIfAbsent(
          channel, name -> Collections.synchronizedList(new ArrayList<>()));
    }

    int last(Talker talker) {
      List<Integer> numbers = heard(talker.channel);
      synchronized (numbers) {
        return numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1);
      }
    }

    /** Counts from the first number on: ears are there before talkers begin. */
    Verdict verdict(Talker talker, int upTo) {
      List<Integer> numbers = List.copyOf(heard(talker.channel));
      int duplicated = numbers.size() - (int) numbers.stream().distinct().count();
      int reordered = 0;
      for (int i = 1; i < numbers.size(); i++) {
        reordered += numbers.get(i) < numbers.get(i - 1) ? 1 : 0;
      }
      long different = numbers.stream().distinct().filter(number -> number <= upTo).count();
      return new Verdict(numbers.size(), upTo - (int) different, duplicated, reordered);
    }
  }

  private final List<Talker> talkers = new ArrayList<>();

  /** A talker on that node; it is silent until {@link #begin}. */
  Talker talker(Protocol protocol, BusbarProcess node) {
    Client client = Client.connect(protocol, node);
    Talker talker = new Talker(client, "public.talker" + talkers.size());
    talkers.add(talker);
    return talker;
  }

  /** An ear on that node that hears the talkers that there are, when all other nodes know. */
  Ear ear(Protocol protocol, BusbarProcess node) {
    Client client = Client.connect(protocol, node);
    Ear ear = new Ear(protocol);
    for (Talker talker : talkers) {
      TestGateway.await(client.listen(talker.channel, ear::hear));
    }
    return ear;
  }

  void begin() {
    talkers.forEach(Talker::start);
  }

  /** Will wait until the ear has heard so many numbers more of the talker. */
  void more(Ear ear, Talker talker, int howMany) {
    int from = talker.said();
    await().atMost(PATIENCE).until(() -> ear.last(talker) >= from + howMany);
  }

  /** Will end the talker and wait until the ears have its last number; some may never get it. */
  void end(Talker talker, List<Ear> ears) {
    talker.stop();
    int last = talker.said();
    ears.forEach(ear -> await().atMost(PATIENCE).until(() -> ear.last(talker) >= last));
  }

  /**
   * What all these ears missed of a talker whose last number they have, by protocol, as a table.
   */
  static Verdict report(String fault, Talker talker, List<Ear> ears) {
    Verdict all = new Verdict(0, 0, 0, 0);
    for (Ear ear : ears) {
      Verdict verdict = ear.verdict(talker, ear.last(talker));
      System.out.printf(
          "audit | %-34s | %-6s | heard %6d | lost %4d | duplicated %3d | reordered %3d%n",
          fault,
          ear.protocol,
          verdict.heard(),
          verdict.lost(),
          verdict.duplicated(),
          verdict.reordered());
      all = all.plus(verdict);
    }
    return all;
  }

  @Override
  public void close() {
    talkers.forEach(Talker::stop);
  }
}
