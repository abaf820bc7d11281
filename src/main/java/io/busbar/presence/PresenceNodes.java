package io.busbar.presence;

import io.busbar.cluster.OwnerCalls;
import io.busbar.cluster.Owners;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The calls between nodes for presence. Each node has one address. There other nodes send reports,
 * ask for this node's users, and ask the owner of a channel. On a single node these are plain
 * method calls. Any thread may use it.
 */
final class PresenceNodes {
  private static final String ADDRESS = "busbar.presence.";
  private static final String WHAT = "what";
  private static final String TELL = "TELL";
  private static final String ASK = "ASK";
  private static final String LIST = "LIST";
  private static final String DIGEST = "DIGEST";
  private static final String CHANNELS = "channels";
  private static final long ANSWER_MILLIS = 5_000;
  private static final int MOST_ASKED = 500;

  /** A request for a page of a list. */
  private record ListCall(String channel, String after, int limit)
      implements OwnerCalls.Call<ListCall> {
    @Override
    public ListCall repeated() {
      return this;
    }
  }

  /** The channels that a node will be asked about, each with the number of the known account. */
  private static final class Questions {
    private Map<String, Long> waiting = new LinkedHashMap<>();
    private boolean asking;
  }

  private final Presence presence;
  private final boolean clustered;
  private final Context context;
  private final Map<String, Questions> questions = new HashMap<>();
  private final Map<String, OwnerCalls<ListCall, JsonObject>> lists = new ConcurrentHashMap<>();

  PresenceNodes(Presence presence, boolean clustered) {
    this.presence = presence;
    this.clustered = clustered;
    this.context = presence.vertx().getOrCreateContext();
  }

  /** Completes when the other nodes can call this one. */
  Future<Void> start() {
    if (!clustered) {
      return Future.succeededFuture();
    }
    Promise<Void> listening = Promise.promise();
    context.runOnContext(
        nothing -> {
          presence
              .bus()
              .<JsonObject>consumer(ADDRESS + owners().here(), this::received)
              .completion()
              .onComplete(listening);
          owners().onChange(() -> context.runOnContext(changed -> ownersChanged()));
        });
    return listening.future();
  }

  private Owners owners() {
    return presence.owners();
  }

  private void ownersChanged() {
    questions.keySet().retainAll(owners().nodes());
    presence.ownersChanged();
    lists.forEach(
        (channel, calls) ->
            presence.loopOf(channel).runOnContext(nothing -> calls.ownersChanged()));
  }

  /** Will send a report to a node. Called on the channel's event loop. */
  Future<Void> tell(String node, Report report) {
    return node.equals(owners().here())
        ? presence.owned().tell(report)
        : request(node, TELL, report.json()).mapEmpty();
  }

  private Future<JsonObject> request(String node, String what, JsonObject body) {
    DeliveryOptions options =
        new DeliveryOptions().addHeader(WHAT, what).setSendTimeout(ANSWER_MILLIS);
    return presence.bus().<JsonObject>request(ADDRESS + node, body, options).map(Message::body);
  }

  /**
   * Will ask a node for its users in the channel, unless it goes on with that account.
   *
   * @param known the number of the account; 0 for none
   */
  void ask(String node, String channel, long known) {
    context.runOnContext(
        nothing -> {
          Questions its = questions.computeIfAbsent(node, name -> new Questions());
          its.waiting.put(channel, known);
          if (!its.asking) {
            askNext(node, its);
          }
        });
  }

  private void askNext(String node, Questions its) {
    JsonObject asked = new JsonObject();
    var each = its.waiting.entrySet().iterator();
    while (each.hasNext() && asked.size() < MOST_ASKED) {
      Map.Entry<String, Long> question = each.next();
      asked.put(question.getKey(), question.getValue());
      each.remove();
    }
    its.asking = !asked.isEmpty();
    if (!its.asking) {
      return;
    }
    long now = System.currentTimeMillis();
    (node.equals(owners().here())
            ? Future.succeededFuture(presence.asked(asked))
            : request(node, ASK, asked))
        .onSuccess(
            answer ->
                answer
                    .getJsonArray("nobody")
                    .forEach(
                        name ->
                            presence
                                .owned()
                                .with((String) name, channel -> channel.nobody(node, now))))
        .onFailure(
            e -> {
              if (hasNoService(e)) {
                asked
                    .fieldNames()
                    .forEach(
                        name -> presence.owned().with(name, channel -> channel.noService(node)));
              }
            })
        .onComplete(done -> context.runOnContext(nothing -> askNext(node, its)));
  }

  private static boolean hasNoService(Throwable failure) {
    return failure instanceof ReplyException reply
        && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }

  /** Will ask the owner of the channel, on whichever node that is. */
  Future<JsonObject> list(String channel, String after, int limit) {
    Context loop = presence.loopOf(channel);
    ListCall call = new ListCall(channel, after, limit);
    return presence.on(
        loop,
        () ->
            lists
                .computeIfAbsent(
                    channel,
                    name ->
                        new OwnerCalls<>(
                            name, owners(), this::list, loop, () -> lists.remove(name)))
                .ask(call));
  }

  private Future<JsonObject> list(String node, ListCall call) {
    if (node.equals(owners().here())) {
      return presence.owned().list(call.channel(), call.after(), call.limit());
    }
    JsonObject body =
        new JsonObject()
            .put("channel", call.channel())
            .put("after", call.after())
            .put("limit", call.limit());
    return request(node, LIST, body);
  }

  /** Will ask a node for the {@link Digest} of those of these channels that it owns. */
  Future<JsonObject> digests(String node, List<String> channels) {
    return node.equals(owners().here())
        ? Future.succeededFuture(presence.owned().digests(channels))
        : request(node, DIGEST, new JsonObject().put(CHANNELS, new JsonArray(channels)));
  }

  private static List<String> channels(JsonObject body) {
    return body.getJsonArray(CHANNELS).stream().map(String.class::cast).toList();
  }

  private void received(Message<JsonObject> message) {
    try {
      JsonObject body = message.body();
      switch (message.headers().get(WHAT)) {
        case TELL -> {
          Report report = Report.read(body);
          answer(
              message,
              presence
                  .on(presence.loopOf(report.channel()), () -> presence.owned().tell(report))
                  .map(new JsonObject()));
        }
        case ASK -> message.reply(presence.asked(body));
        case DIGEST -> message.reply(presence.owned().digests(channels(body)));
        default -> {
          String channel = body.getString("channel");
          answer(
              message,
              presence.on(
                  presence.loopOf(channel),
                  () ->
                      presence
                          .owned()
                          .list(channel, body.getString("after"), body.getInteger("limit"))));
        }
      }
    } catch (RuntimeException e) {
      message.fail(OwnerCalls.REFUSED, "a node does not understand what another one says");
      presence.unexpected("what another node says is not understood", e);
    }
  }

  private static void answer(Message<?> message, Future<JsonObject> done) {
    done.onSuccess(message::reply).onFailure(e -> message.fail(OwnerCalls.code(e), e.getMessage()));
  }

  /** {@code {"nobody": [channels]}}. */
  static JsonObject nobody(JsonArray channels) {
    return new JsonObject().put("nobody", channels);
  }
}
