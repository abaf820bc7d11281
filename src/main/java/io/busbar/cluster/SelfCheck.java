package io.busbar.cluster;

import com.hazelcast.cluster.Member;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The check whether other nodes can reach this one. If they cannot, it registers everything again,
 * because a node that was cut off may stay unreachable. It answers {@link #STATUS} on this node
 * with the result. Owned by one context.
 */
public final class SelfCheck {
  /**
   * Address at which this node answers {@code {"healthy":…, "reason":…, "node":…, "members":[…],
   * "left":[…], "safe":…, "registrations":…}}. With the header {@link #TOTALS}, each member has its
   * number of registrations, too.
   */
  public static final String STATUS = "busbar.cluster.status";

  /** A header of the request, with any value. */
  public static final String TOTALS = "totals";

  /** Address at which a node publishes its id before it leaves. */
  private static final String LEAVING = "busbar.cluster.leaving";

  private static final System.Logger LOG = System.getLogger("io.busbar.cluster");
  private static final String PROBE = "busbar.cluster.probe.";
  private static final String FROM = "from";
  private static final int ASKED_AT_ONCE = 3;
  private static final long PROBE_MILLIS = 2_000;

  /** The time limit includes a question back from the other node. */
  private static final long ANSWER_MILLIS = 2 * PROBE_MILLIS;

  private enum Found {
    REACHED,
    NOT_REACHED,
    NO_ANSWER
  }

  private final Vertx vertx;
  private final EventBus bus;
  private final Membership membership;
  private final String node;
  private boolean checking;
  private boolean healthy = true;
  private String reason = "";
  private String suspicion = "";
  private Set<String> safeAmong = Set.of();
  private boolean safe;
  private boolean looking;

  private SelfCheck(Vertx vertx, Membership membership) {
    this.vertx = vertx;
    this.bus = vertx.eventBus();
    this.membership = membership;
    this.node = membership.getNodeId();
  }

  /** Will start the check with that interval, and complete when other nodes can ask this one. */
  public static Future<Void> start(Vertx vertx, Membership membership, Duration interval) {
    SelfCheck check = new SelfCheck(vertx, membership);
    Promise<Void> listening = Promise.promise();
    Context context = vertx.getOrCreateContext();
    context.runOnContext(
        nothing -> {
          check.bus.localConsumer(STATUS, check::asked);
          check.bus.<String>consumer(LEAVING, said -> membership.departures().saysSo(said.body()));
          check
              .bus
              .<JsonObject>consumer(PROBE + check.node, check::probed)
              .completion()
              .onComplete(listening);
          vertx.setPeriodic(interval.toMillis(), timer -> check.run());
        });
    return listening.future();
  }

  /** Tells the other nodes that this one is about to leave, so that it does not count as lost. */
  public static void announceLeave(Vertx vertx, Membership membership) {
    vertx.eventBus().publish(LEAVING, membership.getNodeId());
  }

  private void asked(Message<Object> question) {
    if (question.headers().contains(TOTALS)) {
      vertx
          .executeBlocking(() -> membership.interest().totals(), false)
          .onSuccess(totals -> question.reply(status(totals)))
          .onFailure(e -> question.fail(-1, "it cannot be told who listens where"));
    } else {
      question.reply(status(null));
    }
  }

  /**
   * Returns the answer of {@link #STATUS}.
   *
   * @param totals registrations of each node; null if the request has no header for them
   */
  private JsonObject status(@Nullable Map<String, Integer> totals) {
    long now = System.currentTimeMillis();
    JsonArray members = new JsonArray();
    for (Member member : membership.members()) {
      JsonObject one =
          new JsonObject()
              .put("address", Membership.address(member))
              .put("node", member.getAttribute(HazelcastCluster.NODE))
              .put("self", member.localMember());
      InterestExchange.@Nullable LastAnswer received = membership.heardOf(member);
      if (received != null) {
        one.put("heardMillis", Math.max(0, now - received.millis()))
            .put("answerMillis", TimeUnit.NANOSECONDS.toMillis(received.nanos()));
      }
      if (totals != null) {
        one.put("registrations", Membership.registrations(totals, member));
      }
      members.add(one);
    }
    return new JsonObject()
        .put("healthy", healthy)
        .put("reason", reason)
        .put("node", node)
        .put("members", members)
        .put("left", membership.departures().toJson(now))
        .put("safe", safe && safeAmong.equals(Set.copyOf(membership.getNodes())))
        .put("registrations", membership.registrationCount());
  }

  /** Answers whether this node lives, or, with a name, whether it can reach that node. */
  private void probed(Message<JsonObject> message) {
    String from = message.body().getString(FROM);
    if (from == null) {
      message.reply(true);
      return;
    }
    bus.request(PROBE + from, new JsonObject(), new DeliveryOptions().setSendTimeout(PROBE_MILLIS))
        .onSuccess(answer -> message.reply(true))
        .onFailure(e -> logReason(message, e));
  }

  /**
   * Answers false if that node has no registrations. Otherwise it fails, because it may be slow.
   */
  private static void logReason(Message<JsonObject> message, Throwable e) {
    if (e instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS) {
      message.reply(false);
    } else {
      message.fail(-1, "no answer");
    }
  }

  /** Checks whether another node may stop, because another one has a backup of this one's data. */
  private void lookWhetherSafe() {
    Set<String> nodes = Set.copyOf(membership.getNodes());
    if (!nodes.equals(safeAmong)) {
      safe = false;
      safeAmong = nodes;
    }
    if (!looking) {
      looking = true;
      vertx
          .executeBlocking(membership::isSafe, false)
          .onComplete(
              result -> {
                looking = false;
                safe = nodes.equals(safeAmong) && result.succeeded() && result.result();
              });
    }
  }

  private void run() {
    if (membership.isActive()) {
      lookWhetherSafe();
    }
    if (checking || !membership.isActive()) {
      return;
    }
    List<String> others = new ArrayList<>(membership.getNodes());
    others.remove(node);
    if (others.isEmpty()) {
      found(List.of());
      return;
    }
    checking = true;
    Collections.shuffle(others);
    List<Future<Found>> answers = others.stream().limit(ASKED_AT_ONCE).map(this::ask).toList();
    Future.join(answers)
        .onComplete(
            all -> {
              checking = false;
              found(answers.stream().map(Future::result).toList());
            });
  }

  private Future<Found> ask(String other) {
    return bus.<Boolean>request(
            PROBE + other,
            new JsonObject().put(FROM, node),
            new DeliveryOptions().setSendTimeout(ANSWER_MILLIS))
        .map(answer -> answer.body() ? Found.REACHED : Found.NOT_REACHED)
        .otherwise(Found.NO_ANSWER);
  }

  private void found(List<Found> answers) {
    String now = "";
    if (answers.contains(Found.NOT_REACHED)) {
      now = "other nodes do not reach this one";
    } else if (!answers.isEmpty() && !answers.contains(Found.REACHED)) {
      now = "no other node answers";
    }
    boolean again = !now.isEmpty() && now.equals(suspicion);
    suspicion = now;
    if (again) {
      heal(now);
    } else if (now.isEmpty() && !healthy) {
      healthy = true;
      reason = "";
      LOG.log(
          System.Logger.Level.INFO,
          answers.isEmpty()
              ? "there are no other nodes any more"
              : "the other nodes reach this one again");
    }
  }

  private void heal(String why) {
    if (healthy) {
      LOG.log(System.Logger.Level.WARNING, why + "; registering again");
    }
    healthy = false;
    reason = why;
    membership
        .registerAgain()
        .onFailure(e -> LOG.log(System.Logger.Level.WARNING, "registering again failed", e));
  }
}
