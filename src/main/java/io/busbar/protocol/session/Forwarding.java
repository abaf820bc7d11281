package io.busbar.protocol.session;

import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The requests of this node's clients for sessions of other nodes, by number. A request ends when
 * its node is lost or does not know it any more. Any thread may use it; pings run on one event
 * loop.
 */
final class Forwarding {
  private static final long PING_MILLIS = 2_000;
  private static final long PONG_MILLIS = 5_000;

  /** A request that waits for another node. Any thread may use it. */
  interface Waiting {
    /** Returns the id of that node. */
    String node();

    /** The node will not reply any more. */
    void lost();

    /** Returns whether the request is complete and the other node knows that. */
    boolean isDone();
  }

  private final SessionCluster cluster;
  private final AtomicLong number = new AtomicLong();
  private final ConcurrentMap<Long, Waiting> waiting = new ConcurrentHashMap<>();

  /** The requests of the previous round, which the other nodes must know by now. */
  private Set<Long> old = Set.of();

  private volatile boolean leaving;

  Forwarding(SessionCluster cluster) {
    this.cluster = cluster;
  }

  /** Adds a request and returns its number. */
  long enter(Waiting who) {
    long link = number.incrementAndGet();
    waiting.put(link, who);
    return link;
  }

  void leave(long link) {
    waiting.remove(link);
  }

  /** Returns whether all requests are complete. */
  boolean isIdle() {
    return waiting.values().stream().allMatch(Waiting::isDone);
  }

  void received(RelayMessage relayMessage, Message<Object> message) {
    if (waiting.get(relayMessage.link()) instanceof Forward forward) {
      forward.received(relayMessage.kind(), message);
    } else {
      message.fail(RelayMessage.UNKNOWN_LINK, "");
    }
  }

  void pingEverySoOften(Vertx vertx) {
    vertx.setPeriodic(PING_MILLIS, timer -> ping());
  }

  private void ping() {
    Map<String, Buffer> byNode = new HashMap<>();
    Set<Long> now = new HashSet<>();
    waiting.forEach(
        (link, who) -> {
          now.add(link);
          if (old.contains(link)) {
            byNode.computeIfAbsent(who.node(), node -> Buffer.buffer()).appendLong(link);
          }
        });
    old = now;
    byNode.forEach(
        (node, links) ->
            cluster
                .<Buffer>ask(
                    node, cluster.relayMessage(RelayMessage.Kind.PING, 0), links, PONG_MILLIS)
                .onComplete(answer -> pinged(node, answer)));
  }

  private void pinged(String node, AsyncResult<Message<Buffer>> answer) {
    if (answer.failed()) {
      // A slow node replies to the next ping, and a frozen one soon leaves the cluster.
      if (RelayMessage.foundNobody(answer.cause())) {
        waiting.values().stream().filter(who -> who.node().equals(node)).forEach(Waiting::lost);
      }
      return;
    }
    Buffer unknown = answer.result().body();
    for (int at = 0; at < unknown.length(); at += Long.BYTES) {
      Waiting who = waiting.get(unknown.getLong(at));
      if (who != null) {
        who.lost();
      }
    }
  }

  /** Ends all waiting responses and later ones, so the clients connect to other nodes. */
  void dismissAll() {
    leaving = true;
    for (Waiting who : waiting.values()) {
      if (who instanceof Forward forward) {
        forward.dismiss();
      }
    }
  }

  boolean isLeaving() {
    return leaving;
  }
}
