package io.busbar.protocol.sse;

import io.busbar.protocol.sse.EventParser.Event;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A client's stream, which its own thread reads. Used by the test's thread. */
final class EventStream implements AutoCloseable {
  private static final long SECONDS = 20;

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** The response in place of a stream. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient HttpResponse<InputStream> response;
    private final transient JsonObject body;

    private Refused(HttpResponse<InputStream> response, String body) {
      super(response.statusCode() + " " + body);
      this.response = response;
      this.body = body.startsWith("{") ? new JsonObject(body) : new JsonObject();
    }

    int status() {
      return response.statusCode();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    /** Returns the body of the response. */
    JsonObject body() {
      return body;
    }
  }

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final EventParser parser = new EventParser(events::add);
  private final Semaphore mayRead = new Semaphore(1);
  private final HttpResponse<InputStream> response;

  private EventStream(HttpResponse<InputStream> response) {
    this.response = response;
    Thread reader = new Thread(this::read, "events");
    reader.setDaemon(true);
    reader.start();
  }

  /** Returns the query {@code ?channel=a&channel=b}. */
  static String channels(String... channels) {
    return Stream.of(channels)
        .map(each -> "channel=" + URLEncoder.encode(each, StandardCharsets.UTF_8))
        .collect(Collectors.joining("&", "?", ""));
  }

  /**
   * Opens a stream.
   *
   * @param query with its question mark
   * @param headers alternating names and values
   */
  static EventStream open(int port, String query, String... headers) throws Refused {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/events" + query));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      HttpResponse<InputStream> response = HTTP.send(request.build(), BodyHandlers.ofInputStream());
      if (response.statusCode() != 200) {
        String body = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
        throw new Refused(response, body);
      }
      return new EventStream(response);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void read() {
    try (Reader text = new InputStreamReader(response.body(), StandardCharsets.UTF_8)) {
      for (int next = text.read(); next >= 0; next = text.read()) {
        parser.feed((char) next);
        if (next == '\n') {
          mayRead.acquire();
          mayRead.release();
        }
      }
    } catch (IOException | InterruptedException e) {
      // Either side has closed it.
    }
    events.add(new Event("(end)", "", parser.lastId()));
  }

  /** Waits for the next event and returns it; {@code (end)} after the last one. */
  Event next() {
    try {
      Event event = events.poll(SECONDS, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("nothing came in " + SECONDS + " seconds");
      }
      return event;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  EventParser parser() {
    return parser;
  }

  void stopReading() {
    mayRead.acquireUninterruptibly();
  }

  void readAgain() {
    mayRead.release();
  }

  @Override
  public void close() {
    try {
      response.body().close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
