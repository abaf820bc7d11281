package io.busbar.protocol.pusher;

import io.busbar.protocol.MessagePipe;
import io.busbar.protocol.PipedContractClient;
import io.busbar.protocol.ReceivedPositions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of the Pusher protocol, which cannot publish to an address. */
final class PusherContractClient extends PipedContractClient {
  private final Map<String, BlockingQueue<String>> received = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Void>> asked = new ConcurrentHashMap<>();
  private final BlockingQueue<String> errors = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> open = new CompletableFuture<>();

  PusherContractClient(MessagePipe pipe) {
    super(pipe);
    pipe.receiver(message -> receive(new JsonObject(message)));
    open.orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  private void receive(JsonObject event) {
    String channel = event.getString("channel");
    switch (event.getString("event")) {
      case "pusher:connection_established" -> open.complete(null);
      case "pusher_internal:subscription_succeeded" -> {
        JsonObject begin = new JsonObject(event.getString("data"));
        if (begin.containsKey("recovered")) {
          positions.begins(
              channel,
              begin.getString("epoch"),
              begin.getLong("offset"),
              begin.getBoolean("recovered"));
        }
        asked.get(channel).complete(null);
      }
      case "pusher:subscription_error" -> {
        errors.add(new JsonObject(event.getString("data")).getString("error"));
        asked.get(channel).complete(null);
      }
      default -> {
        if (event.containsKey("offset")) {
          positions.came(channel, event.getString("epoch"), event.getLong("offset"));
        }
        channel(channel).add(event.getString("data"));
      }
    }
  }

  private BlockingQueue<String> channel(String name) {
    return received.computeIfAbsent(name, n -> new LinkedBlockingQueue<>());
  }

  @Override
  public void subscribe(String address) {
    subscribe(address, new JsonObject());
  }

  /**
   * Asks for positions. Without a position the first request names one that does not exist, because
   * only clients that name one are told theirs.
   */
  @Override
  public void follow(String address, String since) {
    String place = since == null ? "none:0" : since;
    subscribe(address, new JsonObject().put("since", ReceivedPositions.json(place)));
  }

  private void subscribe(String address, JsonObject more) {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    asked.put(address, answer);
    say("pusher:subscribe", address, more);
    answer.orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void unsubscribe(String address) {
    say("pusher:unsubscribe", address, new JsonObject());
  }

  private void say(String event, String channel, JsonObject data) {
    data.put("channel", channel).put("auth", "");
    pipe.send(new JsonObject().put("event", event).put("data", data).encode());
  }

  @Override
  public Object next(String address) {
    String data = take(channel(address));
    try {
      return Json.decodeValue(data);
    } catch (DecodeException e) {
      return data;
    }
  }

  @Override
  public int waiting(String address) {
    return channel(address).size();
  }

  @Override
  public String nextError() {
    return take(errors);
  }

  @Override
  public int closeCodeFor(int code) {
    return code == 1001 ? 4200 : code == 1008 ? 4100 : code;
  }
}
