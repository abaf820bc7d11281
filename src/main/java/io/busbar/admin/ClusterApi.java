package io.busbar.admin;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/cluster}: the nodes that this one sees, each with its numbers. Each node has an
 * address of its own at which it answers the others. Used by the admin verticle's event loop.
 */
final class ClusterApi {
  /** The node's id follows. */
  private static final String NUMBERS = "busbar.admin.numbers.";

  private static final long TIMEOUT_MILLIS = 1_000;
  private static final int MOST_MEMBERS = 100;
  private static final String MEMBERS = "members";

  private final EventBus bus;
  private final ComponentStatus components;
  private final NodeWatch watch;
  private final String version;

  ClusterApi(EventBus bus, ComponentStatus components, NodeWatch watch, String version) {
    this.bus = bus;
    this.components = components;
    this.watch = watch;
    this.version = version;
  }

  /** Will complete when other nodes can ask this one; at once in a node without a cluster. */
  Future<Void> start() {
    return components
        .cluster()
        .compose(
            told ->
                members(told).stream()
                    .filter(member -> member.getBoolean("self", false))
                    .map(member -> member.getString("node"))
                    .filter(node -> node != null)
                    .findFirst()
                    .map(
                        node ->
                            bus.consumer(NUMBERS + node, message -> message.reply(numbers()))
                                .completion())
                    .orElse(Future.succeededFuture()))
        .otherwiseEmpty();
  }

  void mount(Router router) {
    router.get("/api/cluster").handler(this::cluster);
  }

  private JsonObject numbers() {
    Sample now = watch.history().latest();
    Sample before = watch.history().before();
    return new JsonObject()
        .put("version", version)
        .put("sessions", now.sessions())
        .put("inPerSecond", now.perSecond(Sample::received, before))
        .put("outPerSecond", now.perSecond(Sample::delivered, before))
        .put("lagMillis", Math.round(now.lagSeconds() * 1_000))
        .put("heapBytes", now.heapUsed())
        .put("heapMax", Runtime.getRuntime().maxMemory())
        .put("critical", watch.board().count(Alert.Severity.CRITICAL))
        .put("warnings", watch.board().count(Alert.Severity.WARNING));
  }

  private void cluster(RoutingContext routing) {
    components
        .clusterWithTotals()
        .compose(this::withNumbers)
        .onSuccess(answer -> Answers.json(routing, 200, answer))
        .onFailure(e -> Answers.error(routing, 503, "the cluster's state cannot be told"));
  }

  private Future<JsonObject> withNumbers(@Nullable JsonObject told) {
    if (told == null) {
      JsonObject alone = new JsonObject().put("self", true).put("numbers", numbers());
      return Future.succeededFuture(
          new JsonObject().put("clustered", false).put(MEMBERS, new JsonArray().add(alone)));
    }
    List<JsonObject> members = members(told);
    List<Future<JsonObject>> asked = new ArrayList<>();
    members.forEach(member -> asked.add(withNumbersOf(member)));
    return Future.all(asked)
        .map(
            all ->
                told.copy().put("clustered", true).put(MEMBERS, new JsonArray(all.<Object>list())));
  }

  /** Will return the member with its numbers: null if it has no admin port, or does not answer. */
  private Future<JsonObject> withNumbersOf(JsonObject member) {
    String node = member.getString("node");
    Future<@Nullable JsonObject> numbers =
        member.getBoolean("self", false)
            ? Future.succeededFuture(numbers())
            : node == null ? Future.succeededFuture() : ask(node);
    return numbers.map(found -> member.copy().put("numbers", found));
  }

  private Future<@Nullable JsonObject> ask(String node) {
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(TIMEOUT_MILLIS);
    return bus.<JsonObject>request(NUMBERS + node, null, options)
        .map(answer -> answer.body())
        .otherwiseEmpty();
  }

  private static List<JsonObject> members(@Nullable JsonObject told) {
    JsonArray all = told == null ? null : told.getJsonArray(MEMBERS);
    return all == null
        ? List.of()
        : all.stream()
            .filter(JsonObject.class::isInstance)
            .map(JsonObject.class::cast)
            .limit(MOST_MEMBERS)
            .toList();
  }
}
