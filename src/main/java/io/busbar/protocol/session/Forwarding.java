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
 * The requests of this node's clients for sessions of other nodes, by number. Who waits for a node
 * that is lost, or for one that does not know of him any more, is told. Any thread may use it; it
 * asks the other nodes on one loop.
 */
final class Forwarding {
  private static final long PING_MILLIS = 2_000;
  private static final long PONG_MILLIS = 5_000;

  /** Somebody who waits for what another node will say. */
  interface Waiting {
    /** The node. */
    String node();

    /** It will say nothing any more. */
    void lost();

    /** Whether the client has all that it was to get, and the other node knows. */
    boolean isDone();
  }

  private final SessionCluster cluster;
  private final AtomicLong number = new AtomicLong();
  private final ConcurrentMap<Long, Waiting> waiting = new ConcurrentHashMap<>();

  /** Those that were there when the others were asked last: by now they must be known there. */
  private Set<Long> old = Set.of();

  private volatile boolean leaving;

  Forwarding(SessionCluster cluster) {
    this.cluster = cluster;
  }

  /** Takes somebody in, and gives him a number. */
  long enter(Waiting who) {
    long link = number.incrementAndGet();
    waiting.put(link, who);
    return link;
  }

  void leave(long link) {
    waiting.remove(link);
  }

  /** Whether no client waits. */
  boolean isIdle() {
    return waiting.values().stream().allMatch(Waiting::isDone);
  }

  void heard(RelayMessage letter, Message<Object> message) {
    if (waiting.get(letter.link()) instanceof Forward forward) {
      forward.heard(letter.kind(), message);
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
                .<Buffer>ask(node, cluster.letter(RelayMessage.Kind.PING, 0), links, PONG_MILLIS)
                .onComplete(answer -> pinged(node, answer)));
  }

  private void pinged(String node, AsyncResult<Message<Buffer>> answer) {
    if (answer.failed()) {
      // One that is only slow will answer the next time; one that is frozen will be nobody soon.
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

  /** Ends every response that waits, and those to come, so that its client turns elsewhere. */
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
