package io.busbar.protocol.stomp;

import io.busbar.protocol.ContractClient;
import io.busbar.protocol.ReceivedPositions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * A client of the shared suite that speaks STOMP 1.2. Its own thread sorts the frames that come.
 */
public final class StompContractClient implements ContractClient {
  private static final long SECONDS = 20;
  private static final long SORTING_SECONDS = 2;

  private final StompTestClient client;
  private final Map<String, BlockingQueue<Object>> received = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Object>> awaited = new ConcurrentHashMap<>();
  private final Map<String, UnaryOperator<Object>> answers = new ConcurrentHashMap<>();
  private final BlockingQueue<String> errors = new LinkedBlockingQueue<>();
  private final CompletableFuture<String> end = new CompletableFuture<>();
  private final AtomicInteger number = new AtomicInteger();
  private final ReceivedPositions positions = new ReceivedPositions();
  private final Thread sorter;
  private volatile boolean ended;

  StompContractClient(StompConnection connection) {
    client = StompTestClient.connected(connection, "1.2");
    sorter = new Thread(this::sort, "stomp-contract-client");
    sorter.setDaemon(true);
    sorter.start();
  }

  public static StompContractClient overTcp(int port) {
    return new StompContractClient(TcpStompConnection.connect(port));
  }

  private void sort() {
    while (!ended) {
      StompTestClient.Received frame = client.nextOrNull();
      if (frame != null) {
        sort(frame);
      }
    }
  }

  private void sort(StompTestClient.Received frame) {
    switch (frame.command()) {
      case "RECEIPT" -> complete("receipt " + frame.header("receipt-id"), frame);
      case "ERROR" -> {
        String words = frame.header("message").replace("\\c", ":");
        errors.add(words);
        end.complete(words);
        awaited.values().forEach(future -> future.complete(new AssertionError(words)));
      }
      default -> message(frame);
    }
  }

  private void message(StompTestClient.Received frame) {
    String destination = frame.header("destination");
    Object body = body(frame);
    if (frame.header("error") != null) {
      complete("answer " + destination, new AssertionError((String) body));
    } else if (destination.startsWith("/temp-queue/")) {
      complete("answer " + destination, body);
    } else if (frame.header("reply-to") != null && answers.containsKey(destination)) {
      Object answer = answers.get(destination).apply(body);
      write("SEND\ndestination:" + frame.header("reply-to"), answer);
    } else {
      String address = destination.substring("/topic/".length());
      if (frame.header("offset") != null) {
        positions.came(address, frame.header("epoch"), Long.parseLong(frame.header("offset")));
      }
      channel(address).add(body);
    }
  }

  private void complete(String key, Object value) {
    CompletableFuture<Object> future = awaited.remove(key);
    if (future != null) {
      future.complete(value);
    }
  }

  private static Object body(StompTestClient.Received frame) {
    return frame.header("content-type").equals("application/json")
        ? Json.decodeValue(Buffer.buffer(frame.body()))
        : frame.text();
  }

  private void write(String head, Object body) {
    boolean text = body instanceof String;
    String written = text ? (String) body : Json.encode(body);
    client.send(
        head
            + "\ncontent-type:"
            + (text ? "text/plain" : "application/json")
            + "\ncontent-length:"
            + written.getBytes(StandardCharsets.UTF_8).length
            + "\n\n"
            + written
            + "\0");
  }

  private BlockingQueue<Object> channel(String address) {
    return received.computeIfAbsent(address, a -> new LinkedBlockingQueue<>());
  }

  private Object await(String key, Runnable ask) {
    CompletableFuture<Object> future = new CompletableFuture<>();
    awaited.put(key, future);
    ask.run();
    return future.orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void subscribe(String address) {
    subscribe(address, "");
  }

  @Override
  public void enter(String address, JsonObject info) {
    subscribe(address, "info:" + info.encode().replace("\\", "\\\\").replace(":", "\\c") + "\n");
  }

  @Override
  public void follow(String address, String since) {
    String from = "next";
    if (since != null) {
      JsonObject received = ReceivedPositions.json(since);
      from = received.getLong("offset") + 1 + "\nepoch:" + received.getString("epoch");
    }
    StompTestClient.Received begin =
        (StompTestClient.Received) subscribe(address, "x-stream-offset:" + from + "\n");
    positions.begins(
        address,
        begin.header("epoch"),
        Long.parseLong(begin.header("offset")),
        "true".equals(begin.header("recovered")));
  }

  @Override
  public ReceivedPositions positions() {
    return positions;
  }

  private Object subscribe(String address, String more) {
    String receipt = "r" + number.incrementAndGet();
    return await(
        "receipt " + receipt,
        () ->
            client.send(
                "SUBSCRIBE\nid:%s\ndestination:/topic/%s\nreceipt:%s\n%s\n\0"
                    .formatted(address, address, receipt, more)));
  }

  @Override
  public void unsubscribe(String address) {
    client.send("UNSUBSCRIBE\nid:" + address + "\n\n\0");
  }

  @Override
  public void publish(String address, Object body) {
    write("SEND\ndestination:/topic/" + address, body);
  }

  @Override
  public void publish(String address, Object body, Map<String, String> headers) {
    StringBuilder head = new StringBuilder("SEND\ndestination:/topic/" + address);
    headers.forEach((name, value) -> head.append('\n').append(name).append(':').append(value));
    write(head.toString(), body);
  }

  @Override
  public void send(String address, Object body) {
    write("SEND\ndestination:/request/" + address, body);
  }

  @Override
  public Object request(String address, Object body) {
    String replyTo = "/temp-queue/q" + number.incrementAndGet();
    Object answer =
        await(
            "answer " + replyTo,
            () -> write("SEND\ndestination:/request/" + address + "\nreply-to:" + replyTo, body));
    if (answer instanceof AssertionError) {
      throw (AssertionError) answer;
    }
    return answer;
  }

  @Override
  public void answer(String address, UnaryOperator<Object> with) {
    answers.put("/topic/" + address, with);
    subscribe(address);
  }

  @Override
  public Object next(String address) {
    try {
      Object body = channel(address).poll(SECONDS, TimeUnit.SECONDS);
      if (body == null) {
        throw new AssertionError("nothing came on " + address);
      }
      return body;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public int waiting(String address) {
    return channel(address).size();
  }

  @Override
  public String nextError() {
    try {
      String words = errors.poll(SECONDS, TimeUnit.SECONDS);
      if (words == null) {
        throw new AssertionError("no error came");
      }
      return words;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void stopReading() {
    client.connection().stopReading();
  }

  @Override
  public void readAgain() {
    client.connection().readAgain();
  }

  @Override
  public void die() {
    client.connection().die();
  }

  /** Over TCP the end is announced by an ERROR without a close code. */
  @Override
  public int closeCode() {
    int code = client.awaitClosed();
    // The sorting thread may not have seen the last frame yet.
    String words = end.completeOnTimeout("", SORTING_SECONDS, TimeUnit.SECONDS).join();
    return code == 1006 && words.equals("server is stopping") ? 1001 : code;
  }

  @Override
  public void close() {
    ended = true;
    client.close();
  }
}
