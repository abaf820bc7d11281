package io.busbar.client;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.eventbus.bridge.tcp.impl.protocol.FrameHelper;
import io.vertx.ext.eventbus.bridge.tcp.impl.protocol.FrameParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A client of the TCP bridge that asks numbered questions, so many at a time, and notes all that
 * comes of each. Its state is its event loop's; any thread may look.
 */
final class Asker implements AutoCloseable {
  private static final long SECONDS = 20;
  // A client that only a local variable holds may be collected, and closes its sockets then.
  private static final Vertx VERTX = Vertx.vertx();
  private static final NetClient CLIENT = VERTX.createNetClient();

  private final String name;
  private final String address;
  private final int count;
  private final Map<String, List<JsonObject>> heard = new ConcurrentHashMap<>();
  private NetSocket socket;
  private int asked;

  /**
   * @param name what each of its questions begins with
   */
  private Asker(String name, String address, int count) {
    this.name = name;
    this.address = address;
    this.count = count;
  }

  /** Will ask one question, which is that. */
  static Asker one(int port, String question, String address) {
    Asker asker = start(port, "", address, 1, 0);
    asker.asked = 1;
    FrameHelper.sendFrame("send", address, "one", question, asker.socket);
    return asker;
  }

  /** Will ask that many questions, of which so many are open at a time. */
  static Asker start(int port, String name, String address, int count, int open) {
    Asker asker = new Asker(name, address, count);
    try {
      CLIENT
          .connect(port, "127.0.0.1")
          .map(
              connected -> {
                asker.socket = connected;
                connected.handler(new FrameParser(frame -> asker.hear(frame.result())));
                connected.exceptionHandler(reset -> {});
                for (int i = 0; i < open; i++) {
                  asker.ask();
                }
                return connected;
              })
          .await(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
    return asker;
  }

  private void ask() {
    if (asked < count) {
      String question = name + "-" + asked++;
      FrameHelper.sendFrame("send", address, question, question, socket);
    }
  }

  private void hear(JsonObject message) {
    String question = message.getString("address");
    heard.compute(
        question,
        (key, before) -> {
          List<JsonObject> all = before == null ? new ArrayList<>() : new ArrayList<>(before);
          all.add(message);
          return List.copyOf(all);
        });
    ask();
  }

  /** By the question, all that came of it. */
  Map<String, List<JsonObject>> heard() {
    return heard;
  }

  /** Whether something has come of each. */
  boolean isDone() {
    return heard.size() >= count;
  }

  @Override
  public void close() {
    socket.close();
  }
}
