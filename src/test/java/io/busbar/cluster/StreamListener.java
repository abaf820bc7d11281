package io.busbar.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * A client that follows a stream. When its node is gone, it goes on from its position on another
 * node. It notes what it hears, and checks that it heard everything in order and once, or was told
 * of a gap. Owned by one thread, except for {@link #follows}.
 */
abstract class StreamListener {
  static final String CHANNEL = "public.flow";

  private static final int AROUND = 5;

  /** Settings of each node for these clients. */
  static final List<String> SETTINGS =
      List.of("pusher.apps=[{id: '3', key: demo-key, secret: demo-secret}]");

  /** The service endpoint with the messages of the stream. */
  static final String SERVICE = "{path: /flow, address: echo, channel: public.flow}";

  /** A message or a position of the stream; after a gap messages before the next are missing. */
  private record Received(String epoch, long offset, String body, boolean gap) {}

  private final Supplier<List<BusbarProcess>> nodes;
  private final List<Received> received = new ArrayList<>();
  private final ConcurrentLinkedQueue<Received> coming = new ConcurrentLinkedQueue<>();
  private BusbarProcess node;
  private TextConnection connection;
  private int moved;
  private volatile boolean follows;

  private StreamListener(Supplier<List<BusbarProcess>> nodes) {
    this.nodes = nodes;
  }

  /** Returns one client of each protocol, which begins on that node. */
  static List<StreamListener> ofAllProtocols(
      BusbarProcess node, Supplier<List<BusbarProcess>> nodes) {
    List<StreamListener> all =
        List.of(
            new OverBridge(nodes),
            new OverStomp(nodes),
            new OverService(nodes),
            new OverSocketIo(nodes),
            new OverPusher(nodes),
            new OverEvents(nodes));
    all.forEach(each -> each.begin(node));
    return all;
  }

  private void begin(BusbarProcess at) {
    node = at;
    connect();
  }

  private void connect() {
    follows = false;
    connection = open(node);
    listen(connection, received.isEmpty() ? null : last());
  }

  /** Returns the last message, or the last position that it was told. */
  private Received last() {
    return received.get(received.size() - 1);
  }

  abstract TextConnection open(BusbarProcess at);

  /**
   * Begins at its last position.
   *
   * @param last null for the first time
   */
  abstract void listen(TextConnection at, Received last);

  /** Notes a position from the server. */
  void told(String epoch, long offset, boolean recovered) {
    coming.add(new Received(epoch, offset, null, !recovered));
  }

  /** Notes a position from the server in JSON. */
  void told(JsonObject place) {
    told(place.getString("epoch"), place.getLong("offset"), place.getBoolean("recovered"));
  }

  void message(String epoch, long offset, String body) {
    coming.add(new Received(epoch, offset, body, false));
  }

  private static JsonObject json(Received last) {
    return new JsonObject().put("epoch", last.epoch()).put("offset", last.offset());
  }

  boolean follows() {
    return follows;
  }

  boolean hasMoved() {
    return moved > 0;
  }

  void tend() {
    for (Received next = coming.poll(); next != null; next = coming.poll()) {
      received.add(next);
      follows = true;
    }
    if (connection.isDisconnected() && coming.isEmpty()) {
      List<BusbarProcess> there = nodes.get();
      node = there.contains(node) && moved == 0 ? node : there.get(moved % there.size());
      moved++;
      try {
        connect();
      } catch (Exception | AssertionError e) {
        // That node is also gone or not ready yet, so the next turn tries the next one.
        follows = false;
      }
    }
  }

  long offset() {
    return received.isEmpty() ? 0 : last().offset();
  }

  /** Returns the number of gaps that it was told; fails for a gap that it was not told. */
  int check(Map<String, String> bodies) {
    int gaps = 0;
    Received before = null;
    Set<String> once = new HashSet<>();
    for (Received next : received) {
      if (next.gap()) {
        gaps++;
        once.clear();
      } else if (before != null) {
        long expected = next.body() == null ? before.offset() : before.offset() + 1;
        assertThat(next.offset()).as("%s behind %s at %s", next, before, this).isEqualTo(expected);
      }
      if (next.body() != null) {
        assertThat(once.add(next.body()))
            .as("%s comes once to %s: %s", next, this, around(next))
            .isTrue();
        String place = next.epoch() + ":" + next.offset();
        String other = bodies.putIfAbsent(place, next.body());
        assertThat(other == null || other.equals(next.body())).as("two of %s", place).isTrue();
      }
      before = next;
    }
    return gaps;
  }

  /** Returns what came before and after each occurrence of this message. */
  private List<List<Received>> around(Received one) {
    List<List<Received>> all = new ArrayList<>();
    for (int i = 0; i < received.size(); i++) {
      if (one.body().equals(received.get(i).body())) {
        all.add(received.subList(Math.max(0, i - AROUND), Math.min(received.size(), i + AROUND)));
      }
    }
    return all;
  }

  Set<String> bodies() {
    Set<String> bodies = new HashSet<>();
    received.forEach(one -> bodies.add(one.body()));
    return bodies;
  }

  void close() {
    connection.close();
  }

  @Override
  public String toString() {
    return getClass().getSimpleName()
        + " at "
        + node.http()
        + (follows ? ", " : ", does not follow, ")
        + (received.isEmpty() ? "nothing" : last())
        + (connection.isDisconnected() ? ", gone" : "");
  }

  private static final class OverBridge extends StreamListener {
    private String epoch;

    OverBridge(Supplier<List<BusbarProcess>> nodes) {
      super(nodes);
    }

    @Override
    TextConnection open(BusbarProcess at) {
      return TextConnection.webSocket(at.http(), "/eventbus/websocket");
    }

    @Override
    void listen(TextConnection at, Received last) {
      at.receiver(
          text -> {
            JsonObject frame = new JsonObject(text);
            epoch = frame.getString("epoch", epoch);
            if ("subscribed".equals(frame.getString("type"))) {
              told(epoch, frame.getLong("offset"), frame.getBoolean("recovered"));
            } else if (frame.containsKey("offset")) {
              message(epoch, frame.getLong("offset"), frame.getString("body"));
            }
          });
      JsonObject register = new JsonObject().put("type", "register").put("address", CHANNEL);
      at.send(
          (last == null ? register.put("recover", true) : register.put("since", json(last)))
              .encode());
    }
  }

  private static final class OverStomp extends StreamListener {
    OverStomp(Supplier<List<BusbarProcess>> nodes) {
      super(nodes);
    }

    @Override
    TextConnection open(BusbarProcess at) {
      return TextConnection.tcp(at.http().getHost(), at.stompPort());
    }

    @Override
    void listen(TextConnection at, Received last) {
      at.receiver(new StompFrames(this::frame)::take);
      String where =
          last == null
              ? "x-stream-offset:next"
              : "x-stream-offset:" + (last.offset() + 1) + "\nepoch:" + last.epoch();
      at.send(
          "CONNECT\naccept-version:1.2\nhost:here\n\n\0"
              + "SUBSCRIBE\nid:0\nreceipt:r\ndestination:/topic/"
              + CHANNEL
              + "\n"
              + where
              + "\n\n\0");
    }

    private void frame(Map<String, String> headers, String command, String body) {
      String offset = headers.get("offset");
      String recovered = headers.get("recovered");
      if (offset != null && recovered != null) {
        told(headers.get("epoch"), Long.parseLong(offset), recovered.equals("true"));
      } else if (offset != null) {
        message(headers.get("epoch"), Long.parseLong(offset), body);
      }
    }
  }

  private static final class OverService extends StreamListener {
    OverService(Supplier<List<BusbarProcess>> nodes) {
      super(nodes);
    }

    @Override
    TextConnection open(BusbarProcess at) {
      return TextConnection.webSocket(
          at.http(), "/flow?since=" + (sinceLast() == null ? "next" : sinceLast()));
    }

    @Override
    void listen(TextConnection at, Received last) {
      at.receiver(
          text -> {
            JsonObject told = new JsonObject(text);
            if (told.containsKey("recovered")) {
              told(told);
            } else {
              message(told.getString("epoch"), told.getLong("offset"), told.getString("body"));
            }
          });
    }
  }

  /** Returns {@code epoch:offset} of the last message; null for none. */
  String sinceLast() {
    return received.isEmpty() ? null : last().epoch() + ":" + last().offset();
  }

  private static final class OverSocketIo extends StreamListener {
    OverSocketIo(Supplier<List<BusbarProcess>> nodes) {
      super(nodes);
    }

    @Override
    TextConnection open(BusbarProcess at) {
      return TextConnection.webSocket(at.http(), "/socket.io/?EIO=4&transport=websocket");
    }

    @Override
    void listen(TextConnection at, Received last) {
      JsonObject how =
          last == null
              ? new JsonObject().put("recover", true)
              : new JsonObject().put("since", json(last));
      at.receiver(text -> packet(at, text, how));
      at.send("40");
    }

    private void packet(TextConnection at, String text, JsonObject how) {
      if (text.equals("2")) {
        at.send("3");
      } else if (text.startsWith("40")) {
        at.send("420" + new JsonArray().add("subscribe").add(CHANNEL).add(how).encode());
      } else if (text.startsWith("430")) {
        told(new JsonArray(text.substring(3)).getJsonObject(1));
      } else if (text.startsWith("42[\"gap\"")) {
        told(new JsonArray(text.substring(2)).getJsonObject(1));
      } else if (text.startsWith("42[")) {
        JsonArray event = new JsonArray(text.substring(2));
        JsonObject about = event.getJsonObject(2);
        message(about.getString("epoch"), about.getLong("offset"), event.getString(1));
      }
    }
  }

  private static final class OverPusher extends StreamListener {
    OverPusher(Supplier<List<BusbarProcess>> nodes) {
      super(nodes);
    }

    @Override
    TextConnection open(BusbarProcess at) {
      return TextConnection.webSocket(at.http(), "/app/demo-key?protocol=7");
    }

    /**
     * A client without a position is told none, so the first one is a position that does not exist.
     */
    @Override
    void listen(TextConnection at, Received last) {
      at.receiver(text -> event(at, new JsonObject(text), last == null));
      JsonObject since =
          last == null ? new JsonObject().put("epoch", "none").put("offset", 1) : json(last);
      JsonObject data = new JsonObject().put("channel", CHANNEL).put("since", since);
      at.send(new JsonObject().put("event", "pusher:subscribe").put("data", data).encode());
    }

    private void event(TextConnection at, JsonObject event, boolean first) {
      switch (event.getString("event")) {
        case "pusher:ping" -> at.send("{\"event\":\"pusher:pong\",\"data\":{}}");
        case "pusher:connection_established" -> {}
        case "pusher_internal:subscription_succeeded" -> {
          JsonObject place = new JsonObject(event.getString("data"));
          told(
              place.getString("epoch"),
              place.getLong("offset"),
              first || place.getBoolean("recovered"));
        }
        case "busbar:gap" -> told(new JsonObject(event.getString("data")));
        default ->
            message(event.getString("epoch"), event.getLong("offset"), event.getString("data"));
      }
    }
  }

  /**
   * A client of server-sent events over HTTP/1.0, which has no chunks. Owned by the same thread.
   */
  private static final class OverEvents extends StreamListener {
    private String host;
    private String rest = "";
    private String name = "";
    private String id = "";

    OverEvents(Supplier<List<BusbarProcess>> nodes) {
      super(nodes);
    }

    @Override
    TextConnection open(BusbarProcess at) {
      rest = "";
      host = at.http().getAuthority();
      return TextConnection.tcp(at.http().getHost(), at.http().getPort());
    }

    @Override
    void listen(TextConnection at, Received last) {
      at.receiver(this::take);
      at.send(
          "GET /events?channel="
              + CHANNEL
              + " HTTP/1.0\r\nHost: "
              + host
              + "\r\nAccept: text/event-stream\r\n"
              + (last == null ? "" : "Last-Event-ID: " + sinceLast() + "\r\n")
              + "\r\n");
    }

    private void take(String text) {
      rest += text;
      for (int end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
        line(rest.substring(0, end).stripTrailing());
        rest = rest.substring(end + 1);
      }
    }

    private void line(String line) {
      if (line.startsWith("event: ")) {
        name = line.substring(7);
      } else if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("data: ")) {
        data(line.substring(6));
        name = "";
      }
    }

    private void data(String data) {
      int colon = id.indexOf(':');
      if (name.equals("busbar-gap")) {
        told(new JsonObject(data));
      } else if (colon > 0 && name.isEmpty()) {
        message(id.substring(0, colon), Long.parseLong(id.substring(colon + 1)), data);
      }
    }
  }
}
