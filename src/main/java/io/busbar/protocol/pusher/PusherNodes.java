package io.busbar.protocol.pusher;

import io.busbar.hub.Hub;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Queries about the clients of all nodes, and the end of a user's connections on all nodes. Each
 * node is asked, and every live node must answer. Nodes that have left or have no gateway count as
 * nodes without clients. Any thread may use it.
 */
public final class PusherNodes {
  private static final String ADDRESS = "busbar.pusher.";
  private static final long PATIENCE_MILLIS = 6_000;
  private static final long TRY_MILLIS = 2_000;
  private static final long PAUSE_MILLIS = 150;

  /** Attempts before a node that never answered counts as a node without a gateway. */
  private static final int TRIES = 4;

  private static final System.Logger LOG = System.getLogger("io.busbar.pusher");

  private final Vertx vertx;
  private final NodeClients own;
  private final String here;
  private final Supplier<Set<String>> nodes;
  private final Predicate<String> owns;

  /** Whether each node that was asked has a gateway. */
  private final Map<String, Boolean> gateways = new ConcurrentHashMap<>();

  private final long patienceMillis;
  private final long tryMillis;

  /**
   * @param patienceMillis maximum time for the answer of a live node, in milliseconds
   * @param tryMillis time after which it is asked again, in milliseconds
   */
  PusherNodes(
      Vertx vertx,
      NodeClients own,
      String here,
      Supplier<Set<String>> nodes,
      Predicate<String> owns,
      long patienceMillis,
      long tryMillis) {
    this.vertx = vertx;
    this.own = own;
    this.here = here;
    this.nodes = nodes;
    this.owns = owns;
    this.patienceMillis = patienceMillis;
    this.tryMillis = tryMillis;
  }

  /** Creates it for a single node. */
  public static PusherNodes alone(Vertx vertx, Hub hub, PusherUsers users) {
    return clustered(vertx, hub, users, "", () -> Set.of(""), name -> true);
  }

  /**
   * Creates it for a node of a cluster.
   *
   * @param here this node
   * @param nodes current nodes with this one
   * @param owns whether this node is the owner of a name
   */
  public static PusherNodes clustered(
      Vertx vertx,
      Hub hub,
      PusherUsers users,
      String here,
      Supplier<Set<String>> nodes,
      Predicate<String> owns) {
    NodeClients own = new NodeClients(hub, users);
    return new PusherNodes(vertx, own, here, nodes, owns, PATIENCE_MILLIS, TRY_MILLIS);
  }

  /** Returns whether this node is the one that does unique work for that name. */
  boolean owns(String name) {
    return owns.test(name);
  }

  /** Completes when other nodes can ask this one. */
  public Future<Void> start() {
    return here.isEmpty()
        ? Future.succeededFuture()
        : vertx.eventBus().<JsonObject>consumer(ADDRESS + here, this::asked).completion();
  }

  private void asked(Message<JsonObject> message) {
    try {
      own.answer(message.body())
          .onSuccess(message::reply)
          .onFailure(
              e ->
                  message.fail(
                      e instanceof ReplyException reply ? reply.failureCode() : 0,
                      "the node cannot answer"));
    } catch (RuntimeException e) {
      message.fail(0, "a node does not understand what another one says");
      LOG.log(System.Logger.Level.WARNING, "what another node asks is not understood", e);
    }
  }

  /** Will return the number of clients that listen to the channel on all nodes. */
  Future<Integer> subscribers(PusherApp app, String channel) {
    return total(NodeClients.count(app.address(channel)));
  }

  /**
   * Will return the app's channels with that prefix and their numbers of listeners. Fails with
   * {@link NodeClients#TOO_MANY}.
   */
  Future<Map<String, Integer>> channels(PusherApp app, String prefix) {
    return askAll(NodeClients.list(app, prefix))
        .compose(
            answers -> {
              Map<String, Integer> channels = new HashMap<>();
              for (JsonObject answer : answers) {
                answer
                    .getJsonObject("channels", new JsonObject())
                    .forEach(
                        each ->
                            channels.merge(each.getKey(), (Integer) each.getValue(), Integer::sum));
              }
              return channels.size() > NodeClients.MOST_CHANNELS
                  ? Future.failedFuture(NodeClients.tooMany())
                  : Future.succeededFuture(channels);
            });
  }

  /** Ends all connections of the user. Completes on all nodes' answers with their number. */
  Future<Integer> end(PusherApp app, String user) {
    return total(NodeClients.end(app, user));
  }

  private Future<Integer> total(JsonObject question) {
    return askAll(question)
        .map(answers -> answers.stream().mapToInt(each -> each.getInteger("count", 0)).sum());
  }

  /** Asks all nodes. Completes on the caller's context. */
  private Future<List<JsonObject>> askAll(JsonObject question) {
    long until = System.currentTimeMillis() + patienceMillis;
    Set<String> there = nodes.get();
    gateways.keySet().retainAll(there);
    List<Future<JsonObject>> answers = new ArrayList<>(there.size());
    for (String node : there) {
      answers.add(node.equals(here) ? own.answer(question) : ask(node, question, until, 1));
    }
    Promise<List<JsonObject>> together = ((ContextInternal) vertx.getOrCreateContext()).promise();
    Future.all(answers).map(all -> all.<JsonObject>list()).onComplete(together);
    return together.future();
  }

  private Future<JsonObject> ask(String node, JsonObject question, long until, int tries) {
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(tryMillis);
    return vertx
        .eventBus()
        .<JsonObject>request(ADDRESS + node, question, options)
        .map(
            answer -> {
              gateways.put(node, true);
              return answer.body();
            })
        .recover(e -> askAgain(node, question, until, tries, e));
  }

  private Future<JsonObject> askAgain(
      String node, JsonObject question, long until, int tries, Throwable why) {
    ReplyFailure kind = why instanceof ReplyException reply ? reply.failureType() : null;
    if (kind == ReplyFailure.RECIPIENT_FAILURE) {
      return Future.failedFuture(why);
    }
    if (!nodes.get().contains(node) || hasNoGateway(node, kind, tries)) {
      return Future.succeededFuture(new JsonObject());
    }
    if (System.currentTimeMillis() > until) {
      return Future.failedFuture(why);
    }
    return vertx.timer(PAUSE_MILLIS).compose(over -> ask(node, question, until, tries + 1));
  }

  private boolean hasNoGateway(String node, @Nullable ReplyFailure kind, int tries) {
    boolean nobody = kind == ReplyFailure.NO_HANDLERS;
    boolean isSure = tries >= TRIES || gateways.containsKey(node);
    return nobody && isSure && !gateways.merge(node, false, Boolean::logicalOr);
  }
}
