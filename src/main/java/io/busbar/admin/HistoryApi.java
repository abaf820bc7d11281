package io.busbar.admin;

import io.busbar.hub.History;
import io.busbar.hub.Since;
import io.busbar.hub.StreamMessage;
import io.busbar.hub.StreamPage;
import io.busbar.protocol.HeadersAsJson;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/channels/{address}/history?since=&limit=&reverse=}: the stored messages of a
 * channel's stream. The stream may be on any node. Used by the admin verticle's event loop.
 */
final class HistoryApi {
  /** The last known message: its epoch and offset, as in the protocols, or its offset alone. */
  private static final Pattern SINCE = Pattern.compile("(?:(.{1,64}):)?(\\d{1,15})");

  private static final int MOST_BYTES = 4 << 20;

  private final @Nullable History history;

  /**
   * @param history null if no channel is a stream
   */
  HistoryApi(@Nullable History history) {
    this.history = history;
  }

  void mount(Router router) {
    router.get("/api/channels/:address/history").handler(this::history);
  }

  private void history(RoutingContext routing) {
    String address = routing.pathParam("address");
    int limit = Query.limit(routing);
    if (limit < 0) {
      return;
    }
    if (history == null || !history.keeps(address)) {
      Answers.error(routing, 404, "no rule has a history for " + address);
      return;
    }
    String given = Query.parameter(routing, "since");
    Matcher since = SINCE.matcher(given);
    if (!given.isEmpty() && !since.matches()) {
      Answers.error(routing, 400, "since is epoch:offset, or an offset");
      return;
    }
    String epoch = given.isEmpty() ? null : since.group(1);
    long offset = given.isEmpty() ? 0 : Long.parseLong(since.group(2));
    String reverse = Query.parameter(routing, "reverse");
    if (!reverse.matches("|true|false")) {
      Answers.error(routing, 400, "reverse is true or false");
      return;
    }
    boolean backwards = reverse.equals("true");
    Future<JsonObject> answer =
        backwards
            ? backwards(history, address, given.isEmpty() ? Long.MAX_VALUE : offset, limit)
            : forwards(
                history,
                address,
                given.isEmpty() ? Since.first() : Since.at(epoch, offset + 1),
                limit);
    answer
        .onSuccess(page -> Answers.json(routing, 200, page))
        .onFailure(e -> Answers.error(routing, 503, "the stream's node does not answer"));
  }

  private static Future<JsonObject> forwards(
      History history, String address, Since since, int limit) {
    return history
        .read(address, since, limit)
        .compose(
            first ->
                more(history, address, first, new ArrayList<>(first.messages()), limit)
                    .map(
                        all -> {
                          JsonObject answer = answer(first, all);
                          answer.put("recovered", first.lost() == null);
                          return first.lost() == null
                              ? answer
                              : answer.put("reason", first.lost().words());
                        }));
  }

  /** Will return the newest messages before that offset, the newest first. */
  private static Future<JsonObject> backwards(
      History history, String address, long before, int limit) {
    return history
        .read(address, Since.next(), 0)
        .compose(
            about -> {
              long end = Math.min(before, about.head() + 1);
              long start = Math.max(about.first(), end - limit);
              int count = (int) Math.max(0, end - start);
              return count == 0
                  ? Future.succeededFuture(answer(about, List.of()))
                  : history
                      .read(address, Since.at(null, start), count)
                      .compose(
                          first ->
                              more(
                                  history,
                                  address,
                                  first,
                                  new ArrayList<>(first.messages()),
                                  count))
                      .map(
                          all -> {
                            Collections.reverse(all);
                            return answer(about, all);
                          });
            });
  }

  /**
   * Will return {@code all} with the messages that follow. It reads page by page, because a page
   * may have fewer messages than the limit.
   *
   * @param last the page that was read before
   */
  private static Future<List<StreamMessage>> more(
      History history, String address, StreamPage last, List<StreamMessage> all, int limit) {
    int bytes = all.stream().mapToInt(StreamMessage::size).sum();
    boolean enough = all.isEmpty() || all.size() >= limit || bytes > MOST_BYTES;
    long next = enough ? 0 : all.get(all.size() - 1).offset() + 1;
    if (enough || last.messages().isEmpty() || next > last.head()) {
      return Future.succeededFuture(all);
    }
    return history
        .read(address, Since.at(last.epoch(), next), limit - all.size())
        .compose(
            page -> {
              all.addAll(page.messages());
              return more(history, address, page, all, limit);
            });
  }

  private static JsonObject answer(StreamPage about, List<StreamMessage> found) {
    JsonArray messages = new JsonArray();
    for (StreamMessage message : found) {
      JsonObject one =
          new JsonObject()
              .put("epoch", message.position().epoch())
              .put("offset", message.offset())
              .put("time", Instant.ofEpochMilli(message.millis()).toString())
              .put("body", message.payload().body());
      if (!message.headers().isEmpty()) {
        one.put("headers", HeadersAsJson.of(message.headers()));
      }
      messages.add(one);
    }
    return new JsonObject()
        .put("epoch", about.epoch())
        .put("first", about.first())
        .put("head", about.head())
        .put("messages", messages);
  }
}
