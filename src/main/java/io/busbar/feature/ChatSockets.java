package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds out whether the connections of logins still exist. A node asks all nodes. Only the node
 * with the connection knows it. That node answers, and later reports the end of the connection.
 * Owned by the event loop of {@link PusherChatVerticle}.
 */
final class ChatSockets {
  /** The most connections in one question. */
  private static final int MOST_ASKED = 10_000;

  private static final String QUESTIONS = "busbar.chat.sockets";
  private static final String SESSIONS = "busbar.sessions";
  private static final DeliveryOptions SOCKETS =
      new DeliveryOptions().addHeader("event", "sockets");
  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

  /**
   * The time in which connections are collected for one question. For each question, every node
   * looks at all its sessions.
   */
  private static final long GATHERING_MILLIS = 1_000;

  private final Vertx vertx;
  private final EventBus bus;
  private final String address;
  private final Set<String> gathered = new HashSet<>();
  private final RecentSessions closed = new RecentSessions();

  /** The addresses that want to hear of the end of a connection, by connections of this node. */
  private final Map<String, Set<String>> watched = new HashMap<>();

  /**
   * Makes the connections of a node.
   *
   * @param address the address for answers to this node
   */
  ChatSockets(Vertx vertx, String address) {
    this.vertx = vertx;
    this.bus = vertx.eventBus();
    this.address = address;
  }

  /** Will register the consumers for questions and for the ends of sessions. */
  Future<?> open() {
    return Future.all(
        bus.consumer(QUESTIONS, this::asked).completion(),
        bus.localConsumer("busbar.session.closed", this::ended).completion());
  }

  /** Will ask for the connection within a second, together with others. */
  void askSoon(String socket) {
    if (gathered.isEmpty()) {
      vertx.setTimer(GATHERING_MILLIS, timer -> askGathered());
    }
    gathered.add(socket);
  }

  private void askGathered() {
    List<String> all = List.copyOf(gathered);
    gathered.clear();
    ask(all);
  }

  /** Will ask all nodes. The answers come to the address: {@code {"here":[…],"gone":[…]}}. */
  void ask(List<String> sockets) {
    for (int i = 0; i < sockets.size(); i += MOST_ASKED) {
      List<String> some = sockets.subList(i, Math.min(sockets.size(), i + MOST_ASKED));
      bus.publish(
          QUESTIONS,
          new JsonObject().put("sockets", new JsonArray(new ArrayList<>(some))).put("to", address));
    }
  }

  private void asked(Message<JsonObject> question) {
    JsonArray sockets = question.body().getJsonArray("sockets");
    String to = question.body().getString("to");
    bus.<JsonArray>request(SESSIONS, new JsonObject().put("ids", sockets), HERE)
        .onSuccess(answer -> tell(to, sockets, new HashSet<>(answer.body().getList())));
  }

  private void tell(String to, JsonArray sockets, Set<?> found) {
    JsonArray here = new JsonArray();
    JsonArray gone = new JsonArray();
    for (Object socket : sockets) {
      String id = (String) socket;
      // the connection may have ended before the answer came
      if (closed.contains(id)) {
        gone.add(id);
      } else if (found.contains(id)) {
        watched.computeIfAbsent(id, its -> new HashSet<>()).add(to);
        here.add(id);
      }
    }
    if (!here.isEmpty() || !gone.isEmpty()) {
      bus.send(to, new JsonObject().put("here", here).put("gone", gone), SOCKETS);
    }
  }

  private void ended(Message<String> session) {
    closed.add(session.body());
    Set<String> nodes = watched.remove(session.body());
    if (nodes != null) {
      JsonObject news = new JsonObject().put("gone", new JsonArray().add(session.body()));
      nodes.forEach(to -> bus.send(to, news, SOCKETS));
    }
  }
}
