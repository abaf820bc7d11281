package io.busbar.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A gateway that gets odd input from many clients at a time. No answer may contain text of Java or
 * be a failure of the gateway, and no error may be only in the log. {@code -Dbusbar.seed=N} makes
 * other input. {@code -Dbusbar.odd=N} sets the number for each entry point. Used by the thread of
 * the test.
 */
final class InvalidInputGateway implements AutoCloseable {
  static final long SEED = Long.getLong("busbar.seed", 20_261_129);
  static final String SECRET = "0123456789abcdef0123456789abcdef";
  static final String ADMIN_TOKEN = "0123456789abcdef-admin";
  static final int FIRST_MILLIS = 5_000;
  static final int PATIENCE_MILLIS = 60_000;
  static final int QUIET_MILLIS = 150;

  /** A text that never comes, to read an answer until the connection is quiet. */
  static final String QUIET = "(quiet)";

  private static final int TIMES = Integer.getInteger("busbar.odd", 100);
  private static final int CLIENTS = 40;
  private static final int TEXT = 0x81;

  /**
   * The text of Java. A null of JSON is between brackets and commas; a null in a sentence comes
   * from Java.
   */
  static final Pattern JAVA =
      Pattern.compile(
          "class"
              + " java|[A-Za-z]Exception|\\bjavax?\\.|\\b(io|com|org)\\.(vertx|netty|busbar|fasterxml)|Caused"
              + " by|\\tat [a-z]|[\\w'\"] ?\\bnull\\b|\\bnull\\b ?[\\w'\"]");

  static final Pattern FAILED = Pattern.compile("(?m)^HTTP/1\\.[01] 5\\d\\d.*");

  /** The errors for which SockJS 0.3.3 prescribes text and status. */
  private static final Pattern OF_SOCKJS =
      Pattern.compile("Payload expected|Broken JSON encoding|\"callback\" parameter");

  /** An entry point of the gateway. It sends the input and returns the answer. */
  interface EntryPoint {
    String ask(String input, String from) throws IOException;
  }

  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Handler listener =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          if (line.getLevel().intValue() >= Level.SEVERE.intValue()) {
            failures.add(line.getLoggerName() + ": " + line.getMessage() + " " + line.getThrown());
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private final AtomicInteger addresses = new AtomicInteger();
  private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
  private final TestGateway gateway;

  InvalidInputGateway() {
    gateway =
        TestGateway.start(
            "tcp-bridge.enabled=true",
            "auth.jwt.secret=" + SECRET,
            "auth.cookie=who",
            "auth.query-parameter=access",
            "admin.token=" + ADMIN_TOKEN,
            "permissions=[{address: '#', allow: [subscribe, publish, send]}]");
    Logger.getLogger("").addHandler(listener);
  }

  TestGateway gateway() {
    return gateway;
  }

  /** Returns a new IP address, because an address with wrong logins has to wait. */
  private String nextAddress() {
    int n = addresses.incrementAndGet();
    return "127.%d.%d.%d".formatted(2 + n / 62_500, n / 250 % 250, 1 + n % 250);
  }

  void throwAt(String name, Supplier<String> inputs, EntryPoint entryPoint) throws Exception {
    throwAt(name, inputs, entryPoint, Pattern.compile(""));
  }

  /**
   * Sends odd input to an entry point, and checks the answers.
   *
   * @param name the name of the entry point
   * @param inputs makes the input
   * @param entryPoint the entry point
   * @param wanted a pattern that every answer must contain
   */
  void throwAt(String name, Supplier<String> inputs, EntryPoint entryPoint, Pattern wanted)
      throws Exception {
    List<String> said = Stream.generate(inputs).limit(TIMES).toList();
    List<Future<String>> answers = new ArrayList<>();
    for (String input : said) {
      answers.add(clients.submit(() -> entryPoint.ask(input, nextAddress())));
    }
    int answered = 0;
    for (int i = 0; i < said.size(); i++) {
      String answer = answers.get(i).get();
      answered += answer.isEmpty() ? 0 : 1;
      String about = "%s, busbar.seed=%d, to%n%s".formatted(name, SEED, said.get(i));
      assertThat(answer).as(about).doesNotContainPattern(JAVA).containsPattern(wanted);
      if (!OF_SOCKJS.matcher(answer).find()) {
        assertThat(answer).as(about).doesNotContainPattern(FAILED);
      }
    }
    System.out.printf("%s: %d of %d answered, busbar.seed=%d%n", name, answered, TIMES, SEED);
    assertThat(answered).as(name).isGreaterThan(TIMES / 4);
    assertThat(failures).as("%s, busbar.seed=%d", name, SEED).isEmpty();
  }

  String http(int port, String from, String request) throws IOException {
    try (RawSocket socket = new RawSocket(from, port)) {
      socket.send(request);
      return socket.until(QUIET, FIRST_MILLIS, QUIET_MILLIS);
    }
  }

  /** Sends messages over a WebSocket, and returns what it receives up to the text {@code last}. */
  String webSocket(String path, String from, List<String> messages, String last, int firstMillis)
      throws IOException {
    try (RawSocket socket = RawSocket.webSocket(new RawSocket(from, gateway.httpPort()), path)) {
      for (String message : messages) {
        socket.send(RawSocket.frame(TEXT, message.getBytes(UTF_8)));
      }
      return socket.until(last, firstMillis, QUIET_MILLIS);
    } catch (SocketException reset) {
      return "(reset)";
    }
  }

  @Override
  public void close() {
    Logger.getLogger("").removeHandler(listener);
    clients.shutdownNow();
    gateway.close();
  }
}
