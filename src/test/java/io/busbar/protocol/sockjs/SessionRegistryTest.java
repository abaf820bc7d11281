package io.busbar.protocol.sockjs;

import static io.busbar.protocol.sockjs.SockJsServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.protocol.session.RawHttp;
import io.busbar.protocol.session.RelayMessage;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The registrations of sessions: renewed, restored, taken by another node, left by a dead node. */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SessionRegistryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Hazelcast rounds the lifetime of an entry to whole seconds. */
  private static final long RENEWAL_MILLIS = 750;

  private static final long LIFE_MILLIS = 4 * RENEWAL_MILLIS;
  private static final String LOST = "c[1002,\"Connection interrupted\"]\n";

  @RegisterExtension static final SockJsNodes NODES = new SockJsNodes(RENEWAL_MILLIS);

  /** A session of the first node that a waiting poll keeps alive. */
  private record Waiting(String url, RawHttp poll) implements AutoCloseable {
    static Waiting open() throws IOException {
      String url = NODES.open(0, "/wide");
      RawHttp poll = NODES.node(0).connect();
      return new Waiting(url, poll.send("POST", url + "/xhr", ""));
    }

    /** Checks that a message through another node arrives. */
    void assertAlive() throws IOException {
      assertThat(NODES.node(1).post(url + "/xhr_send", "[\"x\"]").status()).isEqualTo(204);
      assertThat(poll.answer().body()).isEqualTo("a[\"x\"]\n");
    }

    @Override
    public void close() throws IOException {
      poll.close();
    }
  }

  private static String entryOfADeadNode() {
    return UUID.randomUUID() + "/1";
  }

  private static long sessions(String url) {
    return IntStream.range(0, SockJsNodes.COUNT).filter(i -> NODES.node(i).has(url)).count();
  }

  /** The client may see the session open before the server has registered it. */
  private static void awaitOneSession(String url) {
    await().atMost(PATIENCE).until(() -> sessions(url) == 1);
  }

  @Test
  void entryIsRenewedWhileTheSessionLives() throws IOException {
    try (Waiting session = Waiting.open()) {
      String entry = NODES.entry(session.url());
      long opened = System.nanoTime();
      await()
          .atMost(PATIENCE)
          .until(() -> System.nanoTime() - opened > TimeUnit.MILLISECONDS.toNanos(2 * LIFE_MILLIS));
      await().atMost(PATIENCE).until(() -> entry.equals(NODES.entry(session.url())));
      session.assertAlive();
    }
  }

  @Test
  void lostEntryIsRestored() throws IOException {
    try (Waiting session = Waiting.open()) {
      String entry = NODES.entry(session.url());
      NODES.lose(session.url());
      await().atMost(PATIENCE).until(() -> entry.equals(NODES.entry(session.url())));
      session.assertAlive();
    }
  }

  @Test
  void sessionTakenByAnotherNodeEndsAndKeepsTheEntry() throws IOException {
    String theirs = entryOfADeadNode();
    try (Waiting session = Waiting.open()) {
      NODES.enter(session.url(), theirs);
      assertThat(session.poll().answer().body()).isEqualTo(LOST);
      assertThat(NODES.node(0).post(session.url() + "/xhr", "").body()).isEqualTo(LOST);
      await().atMost(PATIENCE).until(() -> NODES.node(0).sessionCount() == 0);
      assertThat(NODES.entry(session.url())).isEqualTo(theirs);
      NODES.lose(session.url());
    }
  }

  @Test
  void sessionOfADeadNodeEndsAndMayOpenElsewhere() throws IOException {
    String url = fresh("/wide");
    NODES.enter(url, entryOfADeadNode());
    assertThat(NODES.node(1).post(url + "/xhr", "", "X-Test: " + url).body()).isEqualTo(LOST);
    assertThat(NODES.know(url)).isFalse();
    assertThat(sessions(url)).isZero();
    assertThat(NODES.node(2).post(url + "/xhr", "", "X-Test: " + url).body()).isEqualTo("o\n");
    assertThat(NODES.node(1).post(url + "/xhr_send", "[\"x\"]").status()).isEqualTo(204);
    assertThat(NODES.node(0).post(url + "/xhr", "").body()).isEqualTo("a[\"x\"]\n");
    awaitOneSession(url);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void sendToASessionOfADeadNodeRemovesTheEntry(int node) throws IOException {
    String url = fresh("/wide");
    NODES.enter(url, entryOfADeadNode());
    assertThat(NODES.node(node).post(url + "/xhr_send", "[\"x\"]").status()).isEqualTo(404);
    assertThat(NODES.know(url)).isFalse();
  }

  /** A stale entry of a live node, which does not have the session. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void staleEntryOfALivingNodeDoesNotPreventAnOpen(int node) throws IOException {
    String entry = NODES.entry(NODES.open(0, "/wide"));
    String url = fresh("/wide");
    NODES.enter(url, entry.substring(0, entry.lastIndexOf('/')) + "/999999999");
    assertThat(NODES.node(node).post(url + "/xhr", "", "X-Test: " + url).body()).isEqualTo("o\n");
    awaitOneSession(url);
  }

  /** A message of a later build with an unknown kind. */
  @Test
  void relayMessageOfUnknownKindIsAnsweredWithAFailure() throws IOException {
    String entry = NODES.entry(NODES.open(0, "/wide"));
    String node = entry.substring(0, entry.lastIndexOf('/'));
    DeliveryOptions options =
        new DeliveryOptions().addHeader("kind", "NEWER").setSendTimeout(PATIENCE.toMillis());
    Future<Message<Object>> answer =
        NODES.node(1).vertx().eventBus().request("busbar.sockjs." + node, null, options);
    await().atMost(PATIENCE.multipliedBy(2)).until(answer::isComplete);
    assertThat(((ReplyException) answer.cause()).failureCode())
        .isEqualTo(RelayMessage.NOT_UNDERSTOOD);
  }
}
