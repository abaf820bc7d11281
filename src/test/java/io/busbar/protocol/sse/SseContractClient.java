package io.busbar.protocol.sse;

import io.busbar.protocol.ContractClient;
import io.busbar.protocol.ReceivedPositions;
import io.busbar.protocol.sse.EventParser.Event;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A client of the shared suite with an envelope stream and a request for each message. For other
 * subscriptions it opens a new stream, as a page does.
 */
final class SseContractClient implements ContractClient {
  private String more = "";
  private static final long SECONDS = 20;
  private static final int CUT = 1006;

  private final HttpClient http = HttpClient.newHttpClient();
  private final int port;
  private final List<String> channels = new ArrayList<>();
  private final Map<String, BlockingQueue<JsonObject>> received = new ConcurrentHashMap<>();
  private final BlockingQueue<String> errors = new LinkedBlockingQueue<>();
  private final Map<String, UnaryOperator<Object>> answers = new ConcurrentHashMap<>();
  private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
  private final ReceivedPositions positions = new ReceivedPositions();
  private volatile EventStream stream;

  SseContractClient(int port) {
    this.port = port;
  }

  @Override
  public void subscribe(String address) {
    channels.add(address);
    listen(address);
  }

  @Override
  public void enter(String address, JsonObject info) {
    more = "&info=" + URLEncoder.encode(info.encode(), StandardCharsets.UTF_8);
    subscribe(address);
  }

  @Override
  public void unsubscribe(String address) {
    channels.remove(address);
    listen(address);
  }

  @Override
  public void follow(String address, String since) {
    channels.add(address);
    if (since == null) {
      positions.begins(address, "none", 0, true);
      listen(address);
    } else {
      JsonObject received = ReceivedPositions.json(since);
      positions.begins(address, received.getString("epoch"), received.getLong("offset"), true);
      listen(address, "Last-Event-ID", since);
    }
  }

  @Override
  public ReceivedPositions positions() {
    return positions;
  }

  private void listen(String newest, String... headers) {
    try {
      String query =
          EventStream.channels(channels.toArray(String[]::new)) + "&format=envelope" + more;
      EventStream next = EventStream.open(port, query, headers);
      EventStream before = stream;
      stream = next;
      if (before != null) {
        before.close();
      }
      Thread reader = new Thread(() -> receive(next), "client");
      reader.setDaemon(true);
      reader.start();
    } catch (EventStream.Refused e) {
      channels.remove(newest);
      errors.add(e.body().getString("message"));
    }
  }

  private void receive(EventStream from) {
    String session = "";
    for (Event event = from.next(); stream == from; event = from.next()) {
      switch (event.name()) {
        case "busbar-open" -> session = new JsonObject(event.data()).getString("session");
        case "busbar-close" -> closeCode.complete(new JsonObject(event.data()).getInteger("code"));
        case "(end)" -> {
          closeCode.complete(CUT);
          return;
        }
        case "busbar-gap" -> gap(new JsonObject(event.data()));
        default -> {
          JsonObject message = new JsonObject(event.data());
          if (!event.lastId().isEmpty()) {
            JsonObject place = ReceivedPositions.json(event.lastId());
            positions.came(
                message.getString("channel"), place.getString("epoch"), place.getLong("offset"));
          }
          message(session, message);
        }
      }
    }
  }

  private void gap(JsonObject gap) {
    positions.begins(
        gap.getString("channel"), gap.getString("epoch"), gap.getLong("offset"), false);
  }

  private void message(String session, JsonObject message) {
    String channel = message.getString("channel");
    if (message.containsKey("replyAddress") && answers.containsKey(channel)) {
      Object body = answers.get(channel).apply(message.getValue("body"));
      post(
          new JsonObject()
              .put("session", session)
              .put("replyAddress", message.getString("replyAddress"))
              .put("body", body));
    } else {
      channel(channel).add(message);
    }
  }

  private BlockingQueue<JsonObject> channel(String address) {
    return received.computeIfAbsent(address, a -> new LinkedBlockingQueue<>());
  }

  private JsonObject post(JsonObject what) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/events"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(what.encode()))
            .build();
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      JsonObject answer = new JsonObject(response.body());
      return answer.put("status", response.statusCode());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void publish(String address, Object body) {
    publish(address, body, Map.of());
  }

  @Override
  public void publish(String address, Object body, Map<String, String> headers) {
    JsonObject all = new JsonObject();
    headers.forEach(all::put);
    JsonObject answer =
        post(new JsonObject().put("channel", address).put("body", body).put("headers", all));
    if (answer.containsKey("error")) {
      errors.add(answer.getString("message"));
    }
  }

  @Override
  public Object request(String address, Object body) {
    JsonObject answer =
        post(new JsonObject().put("channel", address).put("body", body).put("reply", true));
    if (answer.containsKey("error")) {
      throw new AssertionError(answer.getString("message"));
    }
    return answer.getValue("body");
  }

  @Override
  public void answer(String address, UnaryOperator<Object> with) {
    answers.put(address, with);
    subscribe(address);
  }

  private static <T> T take(BlockingQueue<T> queue) {
    try {
      T taken = queue.poll(SECONDS, TimeUnit.SECONDS);
      if (taken == null) {
        throw new AssertionError("nothing came in " + SECONDS + " seconds");
      }
      return taken;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Object next(String address) {
    return take(channel(address)).getValue("body");
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
  public void stopReading() {
    stream.stopReading();
  }

  @Override
  public void readAgain() {
    stream.readAgain();
  }

  @Override
  public void die() {
    EventStream dying = stream;
    stream = null;
    dying.close();
  }

  @Override
  public int closeCode() {
    return closeCode.orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    if (stream != null) {
      die();
    }
  }
}
