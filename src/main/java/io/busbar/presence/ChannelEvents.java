package io.busbar.presence;

import io.busbar.hub.Hub;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Sends the events of channels to the consumer of {@code busbar.events} on this node, one after the
 * other. Each is a request, and its answer says that the event is safe. A refused event is sent
 * again for a while. Without a consumer no event is kept. Any thread may add an event.
 */
public final class ChannelEvents {
  static final String MEMBER_ADDED = "member_added";
  static final String MEMBER_REMOVED = "member_removed";
  static final String OCCUPIED = "channel_occupied";
  static final String VACATED = "channel_vacated";

  private static final System.Logger LOG = System.getLogger("io.busbar.presence");
  private static final int MOST_WAITING = 10_000;
  private static final int MOST_TRIES = 12;
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;
  private static final long ANSWER_MILLIS = 10_000;

  private final Vertx vertx;
  private final Context context;
  private final Queue<JsonObject> waiting = new ArrayDeque<>();
  private boolean asking;
  private long lost;

  ChannelEvents(Vertx vertx) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
  }

  /**
   * Will send the event.
   *
   * @param user null for none; then there is no info either
   */
  void add(String name, String channel, @Nullable String user, @Nullable Object info) {
    JsonObject event = new JsonObject().put("name", name).put("channel", channel);
    if (user != null) {
      event.put("user", user).put("info", info);
    }
    event.put("time", System.currentTimeMillis());
    context.runOnContext(nothing -> take(event));
  }

  private void take(JsonObject event) {
    if (waiting.size() >= MOST_WAITING) {
      lose("so many wait already");
      return;
    }
    waiting.add(event);
    if (!asking) {
      askNext();
    }
  }

  private void askNext() {
    JsonObject event = waiting.peek();
    asking = event != null;
    if (asking) {
      ask(event, 1, FIRST_PAUSE_MILLIS)
          .onComplete(
              done -> {
                waiting.remove();
                askNext();
              });
    }
  }

  private Future<Void> ask(JsonObject event, int tries, long pause) {
    DeliveryOptions options =
        new DeliveryOptions().setLocalOnly(true).setSendTimeout(ANSWER_MILLIS);
    return vertx
        .eventBus()
        .request(Hub.EVENTS, event, options)
        .<Void>mapEmpty()
        .recover(
            e -> {
              if (isNobody(e)) {
                return Future.succeededFuture();
              }
              if (tries >= MOST_TRIES) {
                lose("it was refused too often");
                return Future.succeededFuture();
              }
              return vertx
                  .timer(pause)
                  .compose(
                      over -> ask(event, tries + 1, Math.min(pause * 2, LONGEST_PAUSE_MILLIS)));
            });
  }

  private static boolean isNobody(Throwable failure) {
    return failure instanceof ReplyException reply
        && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }

  private void lose(String why) {
    lost++;
    LOG.log(
        System.Logger.Level.WARNING,
        "{0} events of channels were not taken by {1}: {2}",
        lost,
        Hub.EVENTS,
        why);
  }
}
