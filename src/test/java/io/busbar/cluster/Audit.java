package io.busbar.cluster;

import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.cluster.Client.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiPredicate;

/**
 * On each node one who talks and ears of each protocol, which hear all talkers. Counts what they
 * missed of each other. Owned by the test's thread.
 */
final class Audit implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final List<Protocol> TALKING =
      List.of(Protocol.BRIDGE, Protocol.STOMP, Protocol.STOMP_WEBSOCKET);

  /** Which of them a question is about. */
  interface Pairs extends BiPredicate<PublishingClient, ListeningClient> {
    Pairs ALL = (talker, ear) -> true;

    /** Those of which neither is at that node. */
    static Pairs without(BusbarProcess node) {
      return (talker, ear) -> talker.node() != node && ear.node() != node;
    }

    /** From others to those at that node. */
    static Pairs to(BusbarProcess node) {
      return (talker, ear) -> talker.node() != node && ear.node() == node;
    }

    /** From who is at that node to others. */
    static Pairs from(BusbarProcess node) {
      return (talker, ear) -> talker.node() == node && ear.node() != node;
    }

    /** Those who are both there. */
    static Pairs at(BusbarProcess node) {
      return (talker, ear) -> talker.node() == node && ear.node() == node;
    }
  }

  private final List<PublishingClient> talkers = new ArrayList<>();
  private final List<ListeningClient> ears = new ArrayList<>();
  private long fault;
  private long end;

  /** Returns when each talker has been heard by each ear; from then on all counts. */
  Audit(long seed, List<BusbarProcess> nodes) {
    Random random = new Random(seed);
    for (BusbarProcess node : nodes) {
      Protocol protocol = TALKING.get(talkers.size() % TALKING.size());
      talkers.add(new PublishingClient("t" + talkers.size(), protocol, node, random.nextLong()));
      for (Protocol one : Protocol.values()) {
        ears.add(new ListeningClient(one, node));
      }
    }
    await().atMost(PATIENCE).pollInterval(POLL).until(this::doAllHear);
    talkers.forEach(PublishingClient::start);
  }

  /** Who is not heard by all speaks again, once for all of them: a flood would be too much. */
  private boolean doAllHear() {
    boolean all = true;
    for (PublishingClient talker : talkers) {
      List<ListeningClient> deaf = ears.stream().filter(ear -> !ear.hears(talker)).toList();
      if (!deaf.isEmpty()) {
        deaf.forEach(ListeningClient::revive);
        talker.clearThroat();
        all = false;
      }
    }
    return all;
  }

  /** Will wait until that can be said of all these. */
  private void awaitAll(Duration patience, Pairs pairs, Pairs question) {
    await()
        .atMost(patience)
        .pollInterval(POLL)
        .until(() -> without(pairs, question), List::isEmpty);
  }

  /** Those of these of whom that cannot be said. */
  private List<String> without(Pairs pairs, Pairs question) {
    List<String> all = new ArrayList<>();
    for (PublishingClient talker : talkers) {
      for (ListeningClient ear : ears) {
        if (pairs.test(talker, ear) && !question.test(talker, ear)) {
          all.add(talker + " → " + ear);
        }
      }
    }
    return all;
  }

  /** A fault begins. */
  void faultBegins() {
    fault = System.nanoTime();
  }

  /** The fault is over; from now on they should hear each other again. */
  void faultEnds() {
    end = System.nanoTime();
  }

  /** Will wait until these have heard something that was said after now. */
  void goOn(Pairs pairs) {
    goOnFor(Duration.ZERO, pairs);
  }

  /**
   * Will let them go on for that time, and until these have heard something that was said later.
   */
  void goOnFor(Duration time, Pairs pairs) {
    long over = System.nanoTime() + time.toNanos();
    awaitAll(
        time.plus(PATIENCE),
        pairs,
        (talker, ear) -> System.nanoTime() - over > 0 && ear.hasHeardSince(talker, over));
  }

  /** Will wait until all have heard something that was said after the fault. */
  void heal(Duration patience) {
    awaitAll(
        patience,
        Pairs.ALL,
        (talker, ear) -> {
          talker.revive();
          ear.revive();
          return ear.hasHeardSince(talker, end);
        });
  }

  /** Will end all talkers and wait until these ears have heard the last of them. */
  void finish(Pairs pairs) {
    talkers.forEach(PublishingClient::stop);
    awaitAll(PATIENCE, pairs, (talker, ear) -> ear.hasAll(talker));
  }

  /** Whether an ear that is none of these has heard anything of any talker. */
  boolean heardBy(ListeningClient other) {
    return talkers.stream().anyMatch(other::hears);
  }

  /** What these ears missed, by their protocols. */
  Map<Protocol, Verdict> verdicts(Pairs pairs) {
    return verdicts(pairs, Duration.ZERO);
  }

  /**
   * What these ears missed, by their protocols.
   *
   * @param lateness what was said so shortly before the fault counts as said after it
   */
  Map<Protocol, Verdict> verdicts(Pairs pairs, Duration lateness) {
    Map<Protocol, Verdict> all = new EnumMap<>(Protocol.class);
    for (PublishingClient talker : talkers) {
      for (ListeningClient ear : ears) {
        if (pairs.test(talker, ear)) {
          Verdict verdict = ear.verdict(talker, fault - lateness.toNanos(), end);
          all.merge(ear.protocol(), verdict, Verdict::plus);
        }
      }
    }
    return all;
  }

  @Override
  public void close() {
    talkers.forEach(PublishingClient::close);
    ears.forEach(ListeningClient::close);
  }
}
