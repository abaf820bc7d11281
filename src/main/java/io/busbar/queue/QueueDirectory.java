package io.busbar.queue;

import io.busbar.cluster.OwnerCalls;
import io.busbar.queue.QueueCall.Operation;
import io.vertx.core.Context;
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
 * Lists and handles queues for operators, on whichever node these live. {@link
 * QueueInspection#describe} has the fields of a description. Any thread may use it.
 */
public final class QueueDirectory {
  private static final String QUEUES = "queues";
  private static final String PREFIX = "prefix";
  private static final String AFTER = "after";
  private static final String OLDEST = "oldestMillis";

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
   * The queues of all nodes that answer within two seconds, sorted by name.
   *
   * @param prefix of the names
   * @param after only names after this one; empty for all
   */
  public Future<List<JsonObject>> list(String prefix, String after, int limit) {
    return nodes
        .list(new JsonObject().put(PREFIX, prefix).put(AFTER, after).put(QueueCall.LIMIT, limit))
        .map(
            answers ->
                answers.stream()
                    .flatMap(each -> each.getJsonArray(QUEUES).stream())
                    .map(JsonObject.class::cast)
                    // A queue that moves to another node just now may be in two answers.
                    .collect(
                        Collectors.toMap(
                            QueueDirectory::name, each -> each, (one, other) -> one, TreeMap::new))
                    .values()
                    .stream()
                    .limit(limit)
                    .toList());
  }

  /** The queues of this node. */
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

  /** The queues of this node with the most messages per second, the busiest first. */
  public Future<List<JsonObject>> busiest(int limit) {
    return describe(queues.local().here())
        .map(described -> described.stream().sorted(BUSIEST).limit(limit).toList());
  }

  /**
   * The queues of this node that have had a message for so long, and no consumer; the longest
   * first. The gateway's own are not among them: those behind durable subscriptions wait for a
   * client that may be away.
   */
  public Future<List<JsonObject>> neglected(long millis, int limit) {
    Map<Context, List<Queue>> byLoop =
        queues
            .local()
            .here()
            .filter(queue -> !Queues.isOurs(queue.name()))
            .collect(Collectors.groupingBy(queue -> queues.loopOf(queue.name())));
    return Future.all(byLoop.values().stream().map(some -> neglected(some, millis)).toList())
        .map(
            all ->
                all.<List<JsonObject>>list().stream()
                    .flatMap(List::stream)
                    .sorted(Comparator.comparingLong(queue -> -queue.getLong(OLDEST)))
                    .limit(limit)
                    .toList());
  }

  /** Those of some queues of one event loop, in one task: few are neglected, and all are asked. */
  private Future<List<JsonObject>> neglected(List<Queue> some, long millis) {
    return queues.onLoopOf(
        some.get(0).name(),
        loop ->
            Future.succeededFuture(
                some.stream()
                    .map(Queue::inspection)
                    .filter(queue -> queue.isNeglected(millis))
                    .map(QueueInspection::describe)
                    .toList()));
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

  /** The description of a queue. */
  public Future<JsonObject> describe(String queue) {
    return nodes.ask(QueueCall.of(Operation.DESCRIBE, queue, null));
  }

  /** Some messages of a queue, the next ones first. */
  public Future<JsonObject> browse(String queue, int limit) {
    JsonObject arguments = new JsonObject().put(QueueCall.LIMIT, limit);
    return nodes.ask(QueueCall.of(Operation.BROWSE, queue, arguments));
  }

  /** Will delete all messages that wait in a queue. Completes with their number. */
  public Future<Integer> purge(String queue) {
    return nodes.ask(QueueCall.of(Operation.PURGE, queue, null)).map(QueueDirectory::messages);
  }

  /**
   * Will move all messages that wait in a queue to another queue, in order. Completes with their
   * number.
   */
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

  /** Whether a failure says, in words for people, why the queue refuses the operation. */
  public static boolean isRefused(Throwable failure) {
    return OwnerCalls.code(failure) == OwnerCalls.REFUSED;
  }

  /**
   * Descriptions, by name, of the queues that a rule names and that lived here last. They are at
   * most a second old. The counters go on when an empty queue is removed and made again.
   */
  public Map<String, JsonObject> named() {
    return Map.copyOf(sampled);
  }

  /**
   * Keeps the newest description of a queue that a rule names. The description must not change
   * later.
   */
  void sampled(String queue, @Nullable JsonObject described) {
    sampled.put(queue, described);
  }

  /** The description of a queue before it was removed; empty for a queue that was not here. */
  JsonObject lastOf(String queue) {
    return sampled.getOrDefault(queue, new JsonObject());
  }

  /** The queue lives on another node now, which has counters of its own. */
  void left(String queue) {
    sampled.remove(queue);
  }
}
