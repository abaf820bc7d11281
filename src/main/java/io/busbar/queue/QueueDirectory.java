package io.busbar.queue;

import io.busbar.cluster.OwnerCalls;
import io.busbar.queue.QueueCall.Operation;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What operators see of queues and do with them, on whichever node those are. A queue is described
 * by the fields of {@link QueueInspection#describe}. Any thread may use it.
 */
public final class QueueDirectory {
  private static final String QUEUES = "queues";
  private static final String PREFIX = "prefix";
  private static final String AFTER = "after";

  private static final Comparator<JsonObject> BUSIEST =
      Comparator.<JsonObject>comparingDouble(
              each -> -each.getDouble("inPerSecond") - each.getDouble("outPerSecond"))
          .thenComparing(each -> -each.getInteger("waiting"))
          .thenComparing(QueueDirectory::name);

  private final Queues queues;
  private final QueueNodes nodes;
  private final Map<String, JsonObject> sampled = new ConcurrentHashMap<>();

  QueueDirectory(Queues queues, QueueNodes nodes) {
    this.queues = queues;
    this.nodes = nodes;
  }

  /**
   * The queues of all nodes that answer within two seconds, by name.
   *
   * @param prefix of their names
   * @param after which name; empty from the first
   */
  public Future<List<JsonObject>> list(String prefix, String after, int limit) {
    return nodes
        .list(new JsonObject().put(PREFIX, prefix).put(AFTER, after).put(QueueCall.LIMIT, limit))
        .map(
            answers ->
                answers.stream()
                    .flatMap(each -> each.getJsonArray(QUEUES).stream())
                    .map(JsonObject.class::cast)
                    // One that changes its node just now may be on two.
                    .collect(
                        Collectors.toMap(
                            QueueDirectory::name, each -> each, (one, other) -> one, TreeMap::new))
                    .values()
                    .stream()
                    .limit(limit)
                    .toList());
  }

  /** Those of this node. */
  Future<JsonObject> listHere(JsonObject which) {
    String prefix = which.getString(PREFIX);
    String after = which.getString(AFTER);
    return describe(
            queues
                .local()
                .here()
                .filter(queue -> queue.name().startsWith(prefix))
                .filter(queue -> queue.name().compareTo(after) > 0)
                .sorted(Comparator.comparing(Queue::name))
                .limit(which.getInteger(QueueCall.LIMIT)))
        .map(described -> new JsonObject().put(QUEUES, new JsonArray(described)));
  }

  /** The queues of this node through which most goes, the busiest first. */
  public Future<List<JsonObject>> busiest(int limit) {
    return describe(queues.local().here())
        .map(described -> described.stream().sorted(BUSIEST).limit(limit).toList());
  }

  private Future<List<JsonObject>> describe(Stream<Queue> some) {
    return Future.all(
            some.map(
                    queue ->
                        queues.onLoopOf(
                            queue.name(),
                            loop -> Future.succeededFuture(queue.inspection().describe())))
                .toList())
        .map(all -> all.<JsonObject>list());
  }

  private static String name(JsonObject described) {
    return described.getString("name");
  }

  /** What there is to know of a queue. */
  public Future<JsonObject> describe(String queue) {
    return nodes.ask(QueueCall.of(Operation.DESCRIBE, queue, null));
  }

  /** Some messages of a queue, the next ones first. */
  public Future<JsonObject> browse(String queue, int limit) {
    JsonObject arguments = new JsonObject().put(QueueCall.LIMIT, limit);
    return nodes.ask(QueueCall.of(Operation.BROWSE, queue, arguments));
  }

  /** Will forget all that waits in a queue; answers how many. */
  public Future<Integer> purge(String queue) {
    return nodes.ask(QueueCall.of(Operation.PURGE, queue, null)).map(QueueDirectory::messages);
  }

  /** Will give all that waits in a queue to another, in its order; answers how many. */
  public Future<Integer> move(String queue, String to) {
    JsonObject arguments = new JsonObject().put(QueueCall.TO, to);
    return nodes.ask(QueueCall.of(Operation.MOVE, queue, arguments)).map(QueueDirectory::messages);
  }

  private static int messages(JsonObject done) {
    return done.getInteger("messages");
  }

  /** Whether a failure says that there is no such queue. */
  public static boolean isUnknown(Throwable failure) {
    return OwnerCalls.code(failure) == OwnerCalls.UNKNOWN;
  }

  /** Whether a failure says, in words for people, why the queue does not do it. */
  public static boolean isRefused(Throwable failure) {
    return OwnerCalls.code(failure) == OwnerCalls.REFUSED;
  }

  /**
   * The queues that a rule names and that lived here last, by name, as they were within the last
   * second. What is counted goes on when an empty queue was forgotten and comes again.
   */
  public Map<String, JsonObject> named() {
    return Map.copyOf(sampled);
  }

  /** A queue that a rule names is now so. Its description does not change any more. */
  void sampled(String queue, @Nullable JsonObject described) {
    sampled.put(queue, described);
  }

  /** What a queue was like before it was forgotten; empty for one that was not here. */
  JsonObject lastOf(String queue) {
    return sampled.getOrDefault(queue, new JsonObject());
  }

  /** It lives on another node now, which counts on its own. */
  void left(String queue) {
    sampled.remove(queue);
  }
}
