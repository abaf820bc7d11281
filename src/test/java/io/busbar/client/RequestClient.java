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
 * A client of the TCP bridge that sends numbered requests, some of them at a time, and records all
 * results. Owned by its event loop; any thread may read the results.
 */
final class RequestClient implements AutoCloseable {
  private static final long SECONDS = 20;
  // A static field, because a client that is garbage-collected closes its sockets.
  private static final Vertx VERTX = Vertx.vertx();
  private static final NetClient CLIENT = VERTX.createNetClient();

  private final String name;
  private final String address;
  private final int count;
  private final Map<String, List<JsonObject>> received = new ConcurrentHashMap<>();
  private NetSocket socket;
  private int asked;

  /**
   * @param name the beginning of each question
   * @param address the address of the requests
   * @param count the number of requests
   */
  private RequestClient(String name, String address, int count) {
    this.name = name;
    this.address = address;
    this.count = count;
  }

  /** Will send one request with that text. */
  static RequestClient one(int port, String question, String address) {
    RequestClient asker = start(port, "", address, 1, 0);
    asker.asked = 1;
    FrameHelper.sendFrame("send", address, "one", question, asker.socket);
    return asker;
  }

  /** Will send {@code count} requests, of which {@code open} are open at a time. */
  static RequestClient start(int port, String name, String address, int count, int open) {
    RequestClient asker = new RequestClient(name, address, count);
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
    received.compute(
        question,
        (key, before) -> {
          List<JsonObject> all = before == null ? new ArrayList<>() : new ArrayList<>(before);
          all.add(message);
          return List.copyOf(all);
        });
    ask();
  }

  /** All results by question. */
  Map<String, List<JsonObject>> received() {
    return received;
  }

  /** Whether each request has a result. */
  boolean isDone() {
    return received.size() >= count;
  }

  @Override
  public void close() {
    socket.close();
  }
}
