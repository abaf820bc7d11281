package io.busbar.protocol.sockjs;

import static io.busbar.protocol.sockjs.SockJsServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.session.Polls;
import io.busbar.protocol.session.RawHttp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * 1,000 numbered messages over each transport, with polls aborted at random times. A poll may wait,
 * or its response may be in flight, unread or half read. All messages arrive once and in order.
 * {@code -Dsockjs.rounds=100} runs more rounds, {@code -Dsockjs.seed=7} other random numbers.
 */
class MessageLossTest {
  @RegisterExtension static final SockJsServer SERVER = new SockJsServer();

  private static final int ROUNDS = Integer.getInteger("sockjs.rounds", 5);
  private static final int SEED = Integer.getInteger("sockjs.seed", 1);

  static Stream<Arguments> polls() {
    return polls(ROUNDS);
  }

  static Stream<Arguments> polls(int rounds) {
    return Stream.of("xhr", "jsonp")
        .flatMap(
            transport ->
                Stream.iterate(SEED, seed -> seed + 1)
                    .limit(rounds)
                    .map(seed -> Arguments.of(transport, seed)));
  }

  @ParameterizedTest
  @MethodSource("polls")
  void pollsAbortedAtRandomLoseNoMessage(String transport, int seed) throws Exception {
    new AbortingClient(SERVER, SERVER::connect, transport, new Random(seed)).run();
  }

  /** Connects the next request to some node. */
  interface Connector {
    RawHttp connect() throws IOException;
  }

  /** A client that polls and closes its socket at random. */
  static final class AbortingClient {
    private final SockJsServer server;
    private final Connector connector;
    private final Random random;
    private final String name;
    private final String method;
    private final String path;
    private final Numbers numbers = new Numbers();
    private RawHttp http;

    /**
     * @param server where the session is opened
     * @param connector where it continues
     */
    AbortingClient(SockJsServer server, Connector connector, String transport, Random random) {
      this.server = server;
      this.connector = connector;
      this.random = random;
      String url = fresh("/wide");
      this.name = url;
      this.method = transport.equals("xhr") ? "POST" : "GET";
      this.path = url + "/" + (transport.equals("xhr") ? "xhr" : "jsonp?c=cb");
    }

    void runUnchecked() {
      try {
        run();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    void run() throws Exception {
      while (!numbers.isOpened()) {
        poll();
      }
      Thread saying = Numbers.startSending(server, name, new Random(random.nextInt()));
      while (!numbers.isComplete()) {
        poll();
      }
      saying.join();
      abort();
      assertThat(numbers.got()).isEqualTo(Numbers.expected());
    }

    private void poll() throws IOException {
      if (http == null) {
        http = numbers.isOpened() ? connector.connect() : server.connect();
      }
      http.send(method, path, method.equals("POST") ? "" : null, "X-Test: " + name);
      switch (random.nextInt(10)) {
        case 0 -> abort();
        case 1 -> {
          LockSupport.parkNanos(random.nextInt(400_000));
          abort();
        }
        case 2 -> {
          Polls.firstAnswered(http);
          abort();
        }
        case 3 -> {
          http.read(1 + random.nextInt(80));
          abort();
        }
        case 4 -> {
          Polls.firstAnswered(http);
          http.reset();
          http = null;
        }
        case 5 -> {
          read();
          abort();
        }
        default -> read();
      }
    }

    private void read() throws IOException {
      RawHttp.Answer answer = http.answer();
      assertThat(answer.status()).isEqualTo(200);
      numbers.take(answer.body());
    }

    private void abort() throws IOException {
      if (http != null) {
        http.close();
        http = null;
      }
    }
  }

  @Test
  void manyAbortingClientsLoseNoMessage() throws Exception {
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Random random = new Random(SEED + 10_000L + i);
      String transport = i % 2 == 0 ? "xhr" : "jsonp";
      clients.add(
          CompletableFuture.runAsync(
              () -> new AbortingClient(SERVER, SERVER::connect, transport, random).runUnchecked(),
              task -> new Thread(task).start()));
    }
    CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).get(5, TimeUnit.MINUTES);
  }

  @ParameterizedTest
  @CsvSource({
    "/echo,POST,xhr_streaming",
    "/echo,GET,eventsource",
    "/echo,GET,htmlfile?c=cb",
    "/wide,POST,xhr_streaming"
  })
  void streamsThatEndAtTheirLimitLoseNoMessage(String prefix, String method, String transport)
      throws Exception {
    Numbers numbers = new Numbers();
    String url = fresh(prefix);
    Thread saying = null;
    RawHttp http = SERVER.connect();
    RawHttp.Answer stream = null;
    Random random = new Random(SEED);
    while (!numbers.isComplete()) {
      if (stream == null) {
        if (random.nextInt(3) == 0) {
          http.close();
          http = SERVER.connect();
        }
        stream = http.send(method, url + "/" + transport, null, "X-Test: " + url).answer();
        assertThat(stream.status()).isEqualTo(200);
        stream.chunk();
      }
      String chunk = stream.chunk();
      numbers.take(chunk);
      stream = chunk.isEmpty() ? null : stream;
      if (saying == null) {
        saying = Numbers.startSending(SERVER, url, new Random(SEED));
      }
    }
    saying.join();
    http.close();
    assertThat(numbers.got()).isEqualTo(Numbers.expected());
  }

  @Test
  void webSocketLosesNoMessage() throws Exception {
    Numbers numbers = new Numbers();
    WebSocketClients.Client client =
        new WebSocketClients(SERVER)
            .connect(fresh("/wide") + "/websocket", "X-Test: webSocketLosesNoMessage");
    numbers.take(client.next());
    Thread saying = Numbers.startSending(SERVER, "webSocketLosesNoMessage", new Random(SEED));
    while (!numbers.isComplete()) {
      numbers.take(client.next());
    }
    saying.join();
    client.close();
    assertThat(numbers.got()).isEqualTo(Numbers.expected());
  }
}
