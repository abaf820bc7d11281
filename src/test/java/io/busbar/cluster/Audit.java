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
 * A publishing client on each node, and listening clients of each protocol, which hear all
 * publishers. It counts what they missed. Owned by the test's thread.
 */
final class Audit implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final List<Protocol> TALKING =
      List.of(Protocol.BRIDGE, Protocol.STOMP, Protocol.STOMP_WEBSOCKET);

  /** A choice of pairs of a publisher and a listener. */
  interface Pairs extends BiPredicate<PublishingClient, ListeningClient> {
    Pairs ALL = (publisher, listener) -> true;

    /** Returns the pairs without a client on that node. */
    static Pairs without(BusbarProcess node) {
      return (publisher, listener) -> publisher.node() != node && listener.node() != node;
    }

    /** Returns the pairs from other nodes to that node. */
    static Pairs to(BusbarProcess node) {
      return (publisher, listener) -> publisher.node() != node && listener.node() == node;
    }

    /** Returns the pairs from that node to other nodes. */
    static Pairs from(BusbarProcess node) {
      return (publisher, listener) -> publisher.node() == node && listener.node() != node;
    }

    /** Returns the pairs within that node. */
    static Pairs at(BusbarProcess node) {
      return (publisher, listener) -> publisher.node() == node && listener.node() == node;
    }
  }

  private final List<PublishingClient> publishers = new ArrayList<>();
  private final List<ListeningClient> listeners = new ArrayList<>();
  private long fault;
  private long end;

  /**
   * Connects all clients; returns when each listener has heard each publisher. From then on all
   * messages count.
   */
  Audit(long seed, List<BusbarProcess> nodes) {
    Random random = new Random(seed);
    for (BusbarProcess node : nodes) {
      Protocol protocol = TALKING.get(publishers.size() % TALKING.size());
      publishers.add(
          new PublishingClient("t" + publishers.size(), protocol, node, random.nextLong()));
      for (Protocol one : Protocol.values()) {
        listeners.add(new ListeningClient(one, node));
      }
    }
    await().atMost(PATIENCE).pollInterval(POLL).until(this::doAllHear);
    publishers.forEach(PublishingClient::start);
  }

  /** A publisher that is not heard by all sends again, once for all listeners, to avoid a flood. */
  private boolean doAllHear() {
    boolean all = true;
    for (PublishingClient publisher : publishers) {
      List<ListeningClient> deaf =
          listeners.stream().filter(listener -> !listener.hears(publisher)).toList();
      if (!deaf.isEmpty()) {
        deaf.forEach(ListeningClient::revive);
        publisher.clearThroat();
        all = false;
      }
    }
    return all;
  }

  /** Waits until the condition holds for all these pairs. */
  private void awaitAll(Duration patience, Pairs pairs, Pairs question) {
    await()
        .atMost(patience)
        .pollInterval(POLL)
        .until(() -> without(pairs, question), List::isEmpty);
  }

  /** Returns those of these pairs for which the condition does not hold. */
  private List<String> without(Pairs pairs, Pairs question) {
    List<String> all = new ArrayList<>();
    for (PublishingClient publisher : publishers) {
      for (ListeningClient listener : listeners) {
        if (pairs.test(publisher, listener) && !question.test(publisher, listener)) {
          all.add(publisher + " → " + listener);
        }
      }
    }
    return all;
  }

  /** Notes the beginning of the fault. */
  void faultBegins() {
    fault = System.nanoTime();
  }

  /** Notes the end of the fault; from now on all should hear each other again. */
  void faultEnds() {
    end = System.nanoTime();
  }

  /** Waits until these pairs have heard a message sent after now. */
  void goOn(Pairs pairs) {
    goOnFor(Duration.ZERO, pairs);
  }

  /** Lets the clients go on for that time, and until these pairs have heard a later message. */
  void goOnFor(Duration time, Pairs pairs) {
    long over = System.nanoTime() + time.toNanos();
    awaitAll(
        time.plus(PATIENCE),
        pairs,
        (publisher, listener) ->
            System.nanoTime() - over > 0 && listener.hasHeardSince(publisher, over));
  }

  /** Waits until all pairs have heard a message sent after the fault. */
  void heal(Duration patience) {
    awaitAll(
        patience,
        Pairs.ALL,
        (publisher, listener) -> {
          publisher.revive();
          listener.revive();
          return listener.hasHeardSince(publisher, end);
        });
  }

  /** Stops all publishers, and waits until these pairs have heard their last messages. */
  void finish(Pairs pairs) {
    publishers.forEach(PublishingClient::stop);
    awaitAll(PATIENCE, pairs, (publisher, listener) -> listener.hasAll(publisher));
  }

  /** Returns whether a listener outside of these has heard any publisher. */
  boolean heardBy(ListeningClient other) {
    return publishers.stream().anyMatch(other::hears);
  }

  /** Returns what these pairs missed, by the listener's protocol. */
  Map<Protocol, DeliveryResult> verdicts(Pairs pairs) {
    return verdicts(pairs, Duration.ZERO);
  }

  /**
   * Returns what these pairs missed, by the listener's protocol.
   *
   * @param lateness messages sent this shortly before the fault count as sent after it
   */
  Map<Protocol, DeliveryResult> verdicts(Pairs pairs, Duration lateness) {
    Map<Protocol, DeliveryResult> all = new EnumMap<>(Protocol.class);
    for (PublishingClient publisher : publishers) {
      for (ListeningClient listener : listeners) {
        if (pairs.test(publisher, listener)) {
          DeliveryResult verdict = listener.verdict(publisher, fault - lateness.toNanos(), end);
          all.merge(listener.protocol(), verdict, DeliveryResult::plus);
        }
      }
    }
    return all;
  }

  @Override
  public void close() {
    publishers.forEach(PublishingClient::close);
    listeners.forEach(ListeningClient::close);
  }
}
