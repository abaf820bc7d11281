package io.busbar.deploy;

import io.busbar.cluster.Owners;
import io.busbar.config.Reason;
import io.busbar.deploy.FeatureRecord.Scope;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.zip.CRC32;

/**
 * The features that the nodes of a cluster share. The catalogue says what runs where. Each node
 * reads it again and again, and does its part. Each node also adds the newer records from its disk
 * to the catalogue. Any thread may use it.
 */
final class SharedFeatures {
  private static final System.Logger LOG = System.getLogger("io.busbar.deploy");
  private static final long LOOK_MILLIS = 5_000;

  /** The time after which a feature that did not start is tried again. */
  private static final long AGAIN_MILLIS = 60_000;

  private static final int MOST = 1_000;

  /**
   * A failure of a feature on this node.
   *
   * @param feature the record that could not be applied
   * @param words the reason, for people
   * @param millis the time, in milliseconds since 1970
   */
  private record Failure(FeatureRecord feature, String words, long millis) {}

  private final Vertx vertx;
  private final LocalFeatures local;
  private final FeatureCatalogue catalogue;
  private final Owners owners;
  private final FeatureNodes nodes;
  private final Map<String, FeatureRecord> remembered = new ConcurrentHashMap<>();
  private final Map<String, Failure> failures = new ConcurrentHashMap<>();
  private final AtomicBoolean waits = new AtomicBoolean();
  private final SerialTasks turns = new SerialTasks();
  private volatile long timer = -1;
  private volatile boolean stopped;

  SharedFeatures(
      Vertx vertx,
      LocalFeatures local,
      FeatureCatalogue catalogue,
      Owners owners,
      FeatureNodes nodes) {
    this.vertx = vertx;
    this.local = local;
    this.catalogue = catalogue;
    this.owners = owners;
    this.nodes = nodes;
  }

  /** Adds a record that this node saved before its last stop. */
  void remembers(FeatureRecord feature) {
    remembered.put(feature.name(), feature);
  }

  /** Will start. Completes when the node has applied the catalogue, or has found why it cannot. */
  Future<Void> start() {
    return nodes
        .start(this::applyHere, this::own, this::lookSoon)
        .compose(started -> look())
        .onSuccess(
            looked -> {
              timer = vertx.setPeriodic(LOOK_MILLIS, looking -> lookSoon());
              owners.onChange(this::lookSoon);
            });
  }

  /** Stops the reading of the catalogue. */
  void stop() {
    stopped = true;
    vertx.cancelTimer(timer);
  }

  /** The features of this node, with its name. */
  List<JsonObject> own() {
    String name = FeatureNodes.shortly(nodes.here());
    List<JsonObject> all = new ArrayList<>();
    local.list().forEach(each -> all.add(each.put("node", name)));
    failures
        .values()
        .forEach(
            failure ->
                all.stream()
                    .filter(each -> each.getString("name").equals(failure.feature().name()))
                    .forEach(each -> each.put("failure", failure.words())));
    return all;
  }

  /** Will return the features of the other nodes. */
  Future<JsonObject> list() {
    return nodes.list();
  }

  private void lookSoon() {
    if (!stopped && waits.compareAndSet(false, true)) {
      look();
    }
  }

  private Future<Void> look() {
    return turns
        .next(
            () -> {
              waits.set(false);
              return isInDoubt() ? Future.succeededFuture() : catalogue.all().compose(this::follow);
            })
        .onFailure(e -> LOG.log(Level.DEBUG, "the catalogue of features cannot be read", e))
        .otherwiseEmpty();
  }

  /**
   * Returns whether this node does not know the owners. Other nodes may work without it, so it
   * decides nothing.
   */
  private boolean isInDoubt() {
    return owners.of("") == null;
  }

  private Future<Void> follow(Map<String, FeatureRecord> shared) {
    Map<String, FeatureRecord> wanted = new TreeMap<>(shared);
    Future<Void> done = Future.succeededFuture();
    for (FeatureRecord own : known()) {
      FeatureRecord other = shared.get(own.name());
      if (other == null || other.number() < own.number()) {
        wanted.put(own.name(), own);
        done = done.compose(before -> catalogue.replace(other, own).mapEmpty());
      }
    }
    for (FeatureRecord each : wanted.values()) {
      done = done.compose(before -> follow(each));
    }
    return done;
  }

  private List<FeatureRecord> known() {
    Map<String, FeatureRecord> known = new HashMap<>(remembered);
    local.records().stream()
        .filter(each -> each.isShared() && !each.isUnknown())
        .forEach(each -> known.put(each.name(), each));
    return List.copyOf(known.values());
  }

  private Future<Void> follow(FeatureRecord shared) {
    List<String> runners = runners(shared);
    if (shared.scope() != Scope.SOME || shared.gone() || runners.equals(shared.runners())) {
      return followHere(shared);
    }
    FeatureRecord moved = shared.on(runners, shared.number() + 1);
    return catalogue
        .replace(shared, moved)
        .compose(
            done -> {
              if (done) {
                nodes.announceChange();
              }
              return done ? followHere(moved) : Future.succeededFuture();
            });
  }

  private Future<Void> followHere(FeatureRecord shared) {
    remembered.remove(shared.name());
    Failure failure = failures.get(shared.name());
    boolean tooSoon =
        failure != null
            && failure.feature().equals(shared)
            && failure.millis() + AGAIN_MILLIS > System.currentTimeMillis();
    if (local.isUpToDate(shared)) {
      failures.remove(shared.name());
      return Future.succeededFuture();
    }
    if (tooSoon) {
      return Future.succeededFuture();
    }
    return applyHere(shared).onFailure(e -> failed(shared, e)).<Void>mapEmpty().otherwiseEmpty();
  }

  /** Will do what the record says. Completes with the description of the feature on this node. */
  private Future<JsonObject> applyHere(FeatureRecord shared) {
    FeatureRecord own = local.record(shared.name());
    if (own != null && own.isShared() && own.number() > shared.number()) {
      // The record came late, and a newer one is already applied.
      return Future.succeededFuture(now(shared.name()));
    }
    Supplier<Future<Void>> bring =
        () -> shared.gone() ? Future.succeededFuture() : nodes.fetch(shared.archive());
    // The fetch may take long, so it runs before the turn of this change.
    return bring
        .get()
        .compose(fetched -> local.apply(shared, !shared.isUnknown(), bring))
        .map(
            applied -> {
              failures.remove(shared.name());
              return now(shared.name());
            });
  }

  /** Describes the feature on this node; empty if it is not here. */
  private JsonObject now(String name) {
    JsonObject now = local.describe(name);
    return now == null ? new JsonObject() : now;
  }

  private void failed(FeatureRecord shared, Throwable cause) {
    String words = cause instanceof FeatureException ? Reason.of(cause) : "it failed";
    Failure before =
        failures.put(shared.name(), new Failure(shared, words, System.currentTimeMillis()));
    if (before == null || !before.words().equals(words)) {
      LOG.log(Level.ERROR, shared.name() + " does not run here: " + Reason.of(cause));
    }
  }

  /**
   * The nodes that run the feature. A new node replaces each node that has left. All nodes compute
   * the same list.
   */
  private List<String> runners(FeatureRecord shared) {
    Set<String> all = nodes.all();
    List<String> runners = new ArrayList<>(shared.runners());
    runners.retainAll(all);
    all.stream()
        .filter(node -> !runners.contains(node))
        .sorted((one, other) -> Long.compare(weight(shared, one), weight(shared, other)))
        .limit(Math.max(0, shared.nodes() - runners.size()))
        .forEach(runners::add);
    return runners.subList(0, Math.min(runners.size(), shared.nodes()));
  }

  /**
   * The place of a node in the order for a feature. It differs between features, so the nodes share
   * the load.
   */
  private static long weight(FeatureRecord shared, String node) {
    CRC32 sum = new CRC32();
    sum.update((shared.name() + node).getBytes(StandardCharsets.UTF_8));
    return sum.getValue();
  }

  /** Will run the feature on its nodes. Fails with {@link FeatureException}. */
  Future<JsonObject> deploy(FeatureRecord fresh) {
    return turns.next(
        () ->
            nodes
                .give(fresh.archive())
                .compose(given -> catalogue.all())
                .compose(shared -> deploy(fresh, shared)));
  }

  private Future<JsonObject> deploy(FeatureRecord fresh, Map<String, FeatureRecord> shared) {
    FeatureRecord before = shared.get(fresh.name());
    if (before == null && shared.size() >= MOST) {
      return Future.failedFuture(
          FeatureException.doesNotFit("a cluster has at most " + MOST + " names of features"));
    }
    FeatureRecord placed =
        before != null && !before.gone() && before.scope() == Scope.SOME
            ? fresh.on(before.runners(), fresh.number())
            : fresh;
    List<String> runners = placed.scope() == Scope.SOME ? runners(placed) : List.of();
    FeatureRecord next = placed.on(runners, Math.max(fresh.number(), Deployments.number(before)));
    String first =
        runners.isEmpty() || runners.contains(nodes.here()) ? nodes.here() : runners.get(0);
    return onNode(first, next.tried(before))
        .compose(running -> catalogue.replace(before, next))
        .compose(
            done ->
                done
                    ? everywhere(next)
                    : Future.failedFuture(
                        FeatureException.doesNotFit(
                            "somebody else has deployed or undeployed it in the same moment")))
        .onComplete(done -> nodes.announceChange());
  }

  private Future<JsonObject> onNode(String node, FeatureRecord feature) {
    return node.equals(nodes.here()) ? applyHere(feature) : nodes.apply(node, feature);
  }

  /**
   * Will apply the record on all nodes. Completes with the feature on this node and the result of
   * each node.
   */
  private Future<JsonObject> everywhere(FeatureRecord feature) {
    JsonArray outcomes = new JsonArray();
    List<Future<Void>> all = new ArrayList<>();
    for (String node : nodes.all().stream().sorted().toList()) {
      JsonObject outcome = new JsonObject().put("node", FeatureNodes.shortly(node));
      outcomes.add(outcome);
      all.add(
          onNode(node, feature)
              .map(now -> outcome.put("state", now.getString("state")))
              .otherwise(e -> outcome.put("state", "failed").put("failure", Reason.of(e)))
              .mapEmpty());
    }
    return Future.all(all).map(done -> now(feature.name()).put("nodes", outcomes));
  }

  /** Will undeploy the feature on all nodes. Fails with {@link FeatureException}. */
  Future<Void> undeploy(FeatureRecord away) {
    return turns.next(
        () ->
            catalogue
                .all()
                .compose(
                    shared -> {
                      FeatureRecord before = shared.get(away.name());
                      FeatureRecord next =
                          before == null
                              ? away
                              : away.takenAway(Math.max(away.number(), before.number() + 1));
                      return catalogue
                          .replace(before, next)
                          .compose(
                              done ->
                                  done
                                      ? everywhere(next)
                                      : Future.failedFuture(
                                          FeatureException.doesNotFit(
                                              "somebody else has deployed it in the same moment")));
                    })
                .<Void>mapEmpty()
                .onComplete(done -> nodes.announceChange()));
  }
}
