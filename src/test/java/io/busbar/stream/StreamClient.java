package io.busbar.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.WebSocketPipe;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** A client of the bridge that asks for positions. Used by the thread of its test. */
final class StreamClient implements AutoCloseable {
  private static final long SECONDS = 20;

  private final WebSocketPipe pipe;
  private final LinkedBlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();
  private String epoch;

  StreamClient(int port) {
    pipe = WebSocketPipe.connect(port, "/eventbus/websocket");
    pipe.receiver(message -> received.add(new JsonObject(message)));
  }

  /** Registers, and returns the position where the subscription begins. */
  JsonObject recover(String address) {
    return register(new JsonObject().put("address", address).put("recover", true));
  }

  /** Registers again at a position. */
  JsonObject since(String address, String epoch, long offset) {
    JsonObject since = new JsonObject().put("epoch", epoch).put("offset", offset);
    return register(new JsonObject().put("address", address).put("since", since));
  }

  private JsonObject register(JsonObject frame) {
    say(frame.put("type", "register"));
    JsonObject answer = next();
    assertThat(answer.getString("type")).as("%s", answer).isEqualTo("subscribed");
    return answer;
  }

  void publish(String address, Object body) {
    say(
        new JsonObject()
            .put("type", "publish")
            .put("address", address)
            .put("headers", new JsonObject())
            .put("body", body));
  }

  void say(JsonObject frame) {
    pipe.send(frame.encode());
  }

  JsonObject next() {
    try {
      JsonObject next = received.poll(SECONDS, TimeUnit.SECONDS);
      assertThat(next).as("a message in time").isNotNull();
      epoch = next.getString("epoch", epoch);
      return next;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The bodies of the next messages. */
  List<Object> next(int count) {
    return IntStream.range(0, count).mapToObj(each -> next().getValue("body")).toList();
  }

  /** The epoch of the last message. */
  String epoch() {
    return epoch;
  }

  int waiting() {
    return received.size();
  }

  WebSocketPipe pipe() {
    return pipe;
  }

  @Override
  public void close() {
    pipe.close();
  }
}
