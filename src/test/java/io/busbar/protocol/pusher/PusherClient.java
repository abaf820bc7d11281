package io.busbar.protocol.pusher;

import io.busbar.protocol.MessagePipe;
import io.busbar.protocol.WebSocketPipe;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that sends and receives single events in their order. Used by the test's thread. */
final class PusherClient implements AutoCloseable {
  static final String APPS =
      "pusher.apps=[{id: '3', key: demo-key, secret: demo-secret},"
          + " {id: '4', key: other-key, secret: other-secret, address: '{app}.{channel}'}]";
  static final Signatures SIGNATURES = new Signatures("demo-key", "demo-secret");

  private static final long SECONDS = 60;

  private final MessagePipe pipe;
  private final BlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();
  private String socketId;

  private PusherClient(MessagePipe pipe) {
    this.pipe = pipe;
    pipe.receiver(message -> received.add(new JsonObject(message)));
  }

  /** Connects to the first app. */
  static PusherClient connect(int port) {
    PusherClient client = to(port, "/app/demo-key?protocol=7&client=js&version=8.4.0&flash=false");
    client.socketId = client.data("pusher:connection_established").getString("socket_id");
    return client;
  }

  /** Connects without reading an event. */
  static PusherClient to(int port, String path) {
    return new PusherClient(WebSocketPipe.connect(port, path));
  }

  String socketId() {
    return socketId;
  }

  MessagePipe pipe() {
    return pipe;
  }

  void say(String event, JsonObject data) {
    pipe.send(new JsonObject().put("event", event).put("data", data).encode());
  }

  void say(String event, String channel, Object data) {
    pipe.send(
        new JsonObject().put("event", event).put("channel", channel).put("data", data).encode());
  }

  /** Sends a subscription, with a signature where the channel needs one. */
  void asks(String channel, String channelData) {
    JsonObject data = new JsonObject().put("channel", channel);
    String signed = socketId + ':' + channel;
    if (channel.startsWith("private-") || channel.startsWith("presence-")) {
      signed = channelData == null ? signed : signed + ':' + channelData;
      data.put("auth", "demo-key:" + SIGNATURES.of(signed)).put("channel_data", channelData);
    }
    say("pusher:subscribe", data);
  }

  /** Subscribes; returns the data of the success event. */
  JsonObject subscribe(String channel) {
    asks(channel, null);
    return data("pusher_internal:subscription_succeeded");
  }

  /** Signs in as that user. */
  void signIn(String user) {
    String data = "{\"id\":\"" + user + "\"}";
    String auth = "demo-key:" + SIGNATURES.of(socketId + "::user::" + data);
    say("pusher:signin", new JsonObject().put("auth", auth).put("user_data", data));
    next("pusher:signin_success");
  }

  /** Subscribes as a user; returns the data of the success event. */
  JsonObject subscribe(String channel, String user) {
    asks(channel, "{\"user_id\":\"" + user + "\",\"user_info\":{\"name\":\"" + user + "\"}}");
    return data("pusher_internal:subscription_succeeded");
  }

  /** Waits for the next event and returns it. */
  JsonObject next() {
    try {
      JsonObject event = received.poll(SECONDS, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("nothing came in " + SECONDS + " seconds");
      }
      return event;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the next event, which must have that name. */
  JsonObject next(String event) {
    JsonObject next = next();
    if (!event.equals(next.getString("event"))) {
      throw new AssertionError("not " + event + ": " + next.encode());
    }
    return next;
  }

  /** Returns the data object of the next event, which must have that name. */
  JsonObject data(String event) {
    return new JsonObject(next(event).getString("data"));
  }

  /** Returns the message of the next event, which must be an error of that code. */
  String error(Integer code) {
    JsonObject data = next("pusher:error").getJsonObject("data");
    if (!java.util.Objects.equals(code, data.getInteger("code"))) {
      throw new AssertionError("not " + code + ": " + data.encode());
    }
    return data.getString("message");
  }

  int waiting() {
    return received.size();
  }

  @Override
  public void close() {
    pipe.close();
  }
}
