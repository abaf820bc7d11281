package io.busbar.deploy;

import io.busbar.cluster.OwnerCalls;
import io.busbar.config.Reason;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The calls between nodes about features. Each node has one address. There, other nodes ask it to
 * fetch an archive, to return a piece of an archive, to apply a record, or to list its features.
 * Any thread may use it.
 */
final class FeatureNodes {
  private static final System.Logger LOG = System.getLogger("io.busbar.deploy");
  private static final String ADDRESS = "busbar.features.";
  private static final String CHANGED = "busbar.features.changed";
  private static final String WHAT = "what";
  private static final String FETCH = "FETCH";
  private static final String PIECE = "PIECE";
  private static final String APPLY = "APPLY";
  private static final String LIST = "LIST";
  private static final int PIECE_BYTES = 256 << 10;
  private static final long LIST_MILLIS = 5_000;
  private static final long PIECE_MILLIS = 10_000;
  private static final long LONG_MILLIS = 120_000;

  private final Vertx vertx;
  private final FeatureStore store;
  private final String here;
  private final Supplier<Set<String>> all;

  /**
   * @param here the name of this node
   * @param all the nodes that take features, including this one
   */
  FeatureNodes(Vertx vertx, FeatureStore store, String here, Supplier<Set<String>> all) {
    this.vertx = vertx;
    this.store = store;
    this.here = here;
    this.all = all;
  }

  String here() {
    return here;
  }

  /** The nodes that take features, including this one. */
  Set<String> all() {
    return all.get();
  }

  private List<String> others() {
    return all().stream().filter(node -> !node.equals(here)).sorted().toList();
  }

  /** A short name of a node for people. */
  static String shortly(String node) {
    return node.substring(0, Math.min(8, node.length()));
  }

  /**
   * Will register the consumers. Completes when other nodes can call.
   *
   * @param apply applies a record on this node
   * @param list lists the features of this node
   * @param changed runs when the catalogue may have changed
   */
  Future<Void> start(
      Function<FeatureRecord, Future<JsonObject>> apply,
      Supplier<List<JsonObject>> list,
      Runnable changed) {
    Future<Void> asked =
        vertx
            .eventBus()
            .<JsonObject>consumer(
                ADDRESS + here,
                message -> {
                  JsonObject body = message.body();
                  switch (message.headers().get(WHAT)) {
                    case FETCH ->
                        answer(
                            message,
                            fetch(body.getString("archive"), List.of(body.getString("from")))
                                .map(fetched -> new JsonObject()));
                    case PIECE -> answer(message, piece(body));
                    case APPLY -> answer(message, apply.apply(FeatureRecord.of(body)));
                    default -> message.reply(new JsonArray(list.get()));
                  }
                })
            .completion();
    Future<Void> sent =
        vertx.eventBus().<Object>consumer(CHANGED, message -> changed.run()).completion();
    return Future.all(asked, sent).mapEmpty();
  }

  private static <T> void answer(Message<?> message, Future<T> done) {
    done.onSuccess(message::reply)
        .onFailure(
            e -> {
              boolean refused = e instanceof FeatureException;
              if (!refused) {
                LOG.log(System.Logger.Level.WARNING, "what another node asks cannot be done", e);
              }
              message.fail(
                  OwnerCalls.REFUSED, refused ? e.getMessage() : "it failed; its log says why");
            });
  }

  private <T> Future<T> ask(String node, String what, JsonObject body, long millis) {
    DeliveryOptions options = new DeliveryOptions().addHeader(WHAT, what).setSendTimeout(millis);
    return vertx.eventBus().<T>request(ADDRESS + node, body, options).map(Message::body);
  }

  /** Tells all nodes to read the catalogue soon. */
  void announceChange() {
    vertx.eventBus().publish(CHANGED, null);
  }

  /**
   * Will give an archive of this node to every other node. Fails with {@link FeatureException} if
   * one of them does not take it.
   */
  Future<Void> give(String archive) {
    JsonObject body = new JsonObject().put("archive", archive).put("from", here);
    List<Future<Void>> given = new ArrayList<>();
    for (String node : others()) {
      given.add(
          this.<JsonObject>ask(node, FETCH, body, LONG_MILLIS)
              .<Void>mapEmpty()
              .recover(e -> refused(node, "did not take the archive", e)));
    }
    return Future.all(given).mapEmpty();
  }

  private static <T> Future<T> refused(String node, String what, Throwable why) {
    boolean said = OwnerCalls.code(why) == OwnerCalls.REFUSED;
    String words = said ? why.getMessage() : "it does not answer";
    return Future.failedFuture(
        FeatureException.doesNotFit("node " + shortly(node) + " " + what + ": " + words));
  }

  /** Will apply the record on a node. Fails with {@link FeatureException}. */
  Future<JsonObject> apply(String node, FeatureRecord feature) {
    return this.<JsonObject>ask(node, APPLY, feature.toJson(), LONG_MILLIS)
        .recover(
            e ->
                OwnerCalls.code(e) == OwnerCalls.REFUSED
                    ? Future.failedFuture(FeatureException.doesNotFit(Reason.of(e)))
                    : refused(node, "was asked", e));
  }

  /**
   * Will return the features of every other node. The field {@code silent} names the nodes that do
   * not answer.
   */
  Future<JsonObject> list() {
    JsonArray features = new JsonArray();
    JsonArray silent = new JsonArray();
    List<Future<Void>> asked = new ArrayList<>();
    for (String node : others()) {
      asked.add(
          this.<JsonArray>ask(node, LIST, new JsonObject(), LIST_MILLIS)
              .map(features::addAll)
              .otherwise(e -> silent.add(shortly(node)))
              .mapEmpty());
    }
    return Future.all(asked)
        .map(done -> new JsonObject().put("features", features).put("silent", silent));
  }

  private Future<Buffer> piece(JsonObject asked) {
    return vertx.executeBlocking(
        () -> {
          byte[] piece =
              store.piece(asked.getString("archive"), asked.getLong("from"), PIECE_BYTES);
          if (piece == null) {
            throw FeatureException.doesNotFit("the archive is not here");
          }
          return Buffer.buffer(piece);
        },
        false);
  }

  /** Will fetch the archive from another node that has it. */
  Future<Void> fetch(String archive) {
    return fetch(archive, others());
  }

  private Future<Void> fetch(String archive, List<String> sources) {
    if (store.has(archive)) {
      return Future.succeededFuture();
    }
    if (sources.isEmpty()) {
      return Future.failedFuture(FeatureException.doesNotFit("no node has the archive"));
    }
    return vertx
        .executeBlocking(store::unnamed, false)
        .compose(
            file ->
                pieces(sources.get(0), archive, file, 0)
                    .onFailure(e -> vertx.executeBlocking(() -> Files.deleteIfExists(file), false)))
        .recover(e -> fetch(archive, sources.subList(1, sources.size())));
  }

  private Future<Void> pieces(String source, String archive, Path file, long from) {
    JsonObject asked = new JsonObject().put("archive", archive).put("from", from);
    return this.<Buffer>ask(source, PIECE, asked, PIECE_MILLIS)
        .compose(
            piece ->
                vertx
                    .executeBlocking(() -> written(file, archive, piece), false)
                    .compose(
                        whole ->
                            whole
                                ? Future.succeededFuture()
                                : pieces(source, archive, file, from + piece.length())));
  }

  /** Appends a piece to the file, and returns whether it was the last piece. */
  private boolean written(Path file, String archive, Buffer piece) throws IOException {
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
      out.write(piece.getBytes());
    }
    boolean whole = piece.length() < PIECE_BYTES;
    if (whole) {
      store.name(file, archive);
    }
    return whole;
  }
}
