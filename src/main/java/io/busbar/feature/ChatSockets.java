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
 * Whether connections are still there that logins of some node belong to. A node asks all nodes.
 * The one that has a connection says so, and tells of its end later: that is known on its own node
 * only. One event loop owns it.
 */
final class ChatSockets {
  /** Connections that one question names. */
  private static final int MOST_ASKED = 10_000;

  private static final String QUESTIONS = "busbar.chat.sockets";
  private static final String SESSIONS = "busbar.sessions";
  private static final DeliveryOptions SOCKETS =
      new DeliveryOptions().addHeader("event", "sockets");
  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

  /** Each question has every node look at all its sessions: those of a second are one. */
  private static final long GATHERING_MILLIS = 1_000;

  private final Vertx vertx;
  private final EventBus bus;
  private final String address;
  private final Set<String> gathered = new HashSet<>();
  private final RecentSessions closed = new RecentSessions();

  /** Of connections of this node: the addresses where their end is to be told. */
  private final Map<String, Set<String>> watched = new HashMap<>();

  /**
   * Those of a node.
   *
   * @param address where it wants to be told
   */
  ChatSockets(Vertx vertx, String address) {
    this.vertx = vertx;
    this.bus = vertx.eventBus();
    this.address = address;
  }

  /** Completes when this node is asked, and knows of ends. */
  Future<?> open() {
    return Future.all(
        bus.consumer(QUESTIONS, this::asked).completion(),
        bus.localConsumer("busbar.session.closed", this::ended).completion());
  }

  /** Will ask for it within a second, together with others. */
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

  /** Will ask all nodes; {@code {"here":[…],"gone":[…]}} is told to the address. */
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
      // its end may have come before the answer
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
    Set<String> told = watched.remove(session.body());
    if (told != null) {
      JsonObject news = new JsonObject().put("gone", new JsonArray().add(session.body()));
      told.forEach(to -> bus.send(to, news, SOCKETS));
    }
  }
}
