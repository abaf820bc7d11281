package io.busbar.webhook;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An endpoint that checks each signature with the library of Standard Webhooks. Any thread may use
 * it.
 */
final class Receiver implements AutoCloseable {
  static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwjUPD8ILPZI";

  /** The content of one request, and when it came. */
  record Request(String path, String id, List<JsonObject> events, int answer, long atNanos) {}

  /** Answers a request. Several webhooks may share the path. */
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private final Webhook library;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<String> forged = new CopyOnWriteArrayList<>();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);
  private HttpServer server;
  private int port;

  private Receiver(String secret) {
    this.library = new Webhook(secret);
  }

  static Receiver start() {
    return start(SECRET);
  }

  static Receiver start(String secret) {
    Receiver receiver = new Receiver(secret);
    receiver.open();
    return receiver;
  }

  /** Will listen, on the same port as before. */
  void open() {
    try {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
      server.setExecutor(threads);
      server.createContext("/", this::take);
      server.start();
      port = server.getAddress().getPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Will cut all connections and stop listening. */
  void die() {
    server.stop(0);
  }

  String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  int port() {
    return port;
  }

  /** Will answer with that status on the path. Names and values of headers alternate. */
  void answer(String path, int status, String... headers) {
    answers.put(
        path,
        exchange -> {
          for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
          }
          exchange.sendResponseHeaders(status, -1);
        });
  }

  void answer(String path, Answer answer) {
    answers.put(path, answer);
  }

  /** Will not answer on the path. */
  void hang(String path) {
    answers.put(path, exchange -> await(closing));
  }

  static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void take(HttpExchange exchange) throws IOException {
    long now = System.nanoTime();
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      try {
        library.verify(body, exchange.getRequestHeaders());
      } catch (WebhookVerificationException e) {
        forged.add(e.getMessage() + ": " + body);
      }
      String path = exchange.getRequestURI().getPath();
      String id = exchange.getRequestHeaders().getFirst("webhook-id");
      List<JsonObject> events =
          new JsonObject(body).getJsonArray("events").stream().map(JsonObject.class::cast).toList();
      Answer answer = answers.get(path);
      if (answer == null) {
        exchange.sendResponseHeaders(204, -1);
      } else {
        answer.to(exchange);
      }
      requests.add(new Request(path, id, events, exchange.getResponseCode(), now));
    }
  }

  /**
   * The requests that were answered on the path with any status, in the order in which they came.
   */
  List<Request> requests(String path) {
    return requests.stream()
        .filter(each -> each.path().equals(path))
        .sorted(Comparator.comparingLong(Request::atNanos))
        .toList();
  }

  /** The events that were accepted on the path, in order, with repeated ones. */
  List<JsonObject> taken(String path) {
    return requests(path).stream()
        .filter(each -> each.answer() / 100 == 2)
        .flatMap(each -> each.events().stream())
        .toList();
  }

  /** The requests whose signature the library did not accept. */
  List<String> forged() {
    return forged;
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdown();
  }
}
