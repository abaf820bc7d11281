package io.busbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests logins behind a thousand wrong ones that wait. Each check takes a thread nearly a tenth of
 * a second.
 */
final class WrongLoginsTest {
  private static final int CLIENTS = 1_000;
  private static final int ADDRESSES = 250;

  /** The wrong logins that still wait on the slowest machine when the right one is answered. */
  private static final int STILL_WAIT = CLIENTS / 2;

  private final List<RawSocket> clients = new ArrayList<>();
  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway = TestGateway.start();
  }

  @AfterEach
  void stop() throws IOException {
    for (RawSocket one : clients) {
      one.close();
    }
    gateway.close();
  }

  /** Every second client tries a password of the user who logs in later. */
  private static String user(int i) {
    return i % 2 == 0 ? "demo" : "user" + i;
  }

  private void openSockets(int port, int addresses) throws IOException {
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(new RawSocket("127.1.0." + (1 + i % addresses), port));
    }
  }

  private void awaitWaitingLogins(int count) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> gateway.waitingLogins() >= count);
  }

  @Test
  void correctStompLoginIsServedBeforeWaitingWrongOnes() throws IOException {
    openSockets(gateway.stompPort(), ADDRESSES);
    for (int i = 0; i < CLIENTS; i++) {
      clients.get(i).send(LoginRequests.connect(user(i), "wrong"));
    }
    awaitWaitingLogins(CLIENTS * 9 / 10);
    try (RawSocket honest = new RawSocket(gateway.stompPort())) {
      honest.send(LoginRequests.connect("demo", "demo"));
      assertThat(honest.until("\0", 60_000)).startsWith("CONNECTED");
      assertThat(gateway.waitingLogins()).isGreaterThan(STILL_WAIT);
    }
  }

  @Test
  void correctHttpLoginIsServedBeforeWaitingWrongOnes() throws IOException {
    openSockets(gateway.httpPort(), ADDRESSES);
    for (int i = 0; i < CLIENTS; i++) {
      clients.get(i).send(LoginRequests.poll("a" + i, LoginRequests.basic(user(i), "wrong")));
    }
    awaitWaitingLogins(CLIENTS * 9 / 10);
    try (RawSocket honest = new RawSocket(gateway.httpPort())) {
      honest.send(LoginRequests.poll("honest", LoginRequests.basic("demo", "demo")));
      assertThat(honest.until("o\n", 60_000)).startsWith("HTTP/1.1 200 ");
      assertThat(gateway.waitingLogins()).isGreaterThan(STILL_WAIT);
    }
  }

  @Test
  void mostOfThousandLoginsFromOneAddressAreRefusedAtOnce() throws IOException {
    openSockets(gateway.httpPort(), 1);
    for (int i = 0; i < CLIENTS; i++) {
      clients.get(i).send(LoginRequests.poll("b" + i, LoginRequests.basic(user(i), "wrong")));
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> clients.stream().filter(RawSocket::isAnswered).count() > CLIENTS * 8 / 10);
    assertThat(gateway.waitingLogins()).isLessThanOrEqualTo(CLIENTS / 10);
    assertThat(clients.get(CLIENTS - 1).until("later", 60_000)).startsWith("HTTP/1.1 429 ");
    try (RawSocket honest = new RawSocket(gateway.httpPort())) {
      honest.send(LoginRequests.poll("honest", LoginRequests.basic("demo", "demo")));
      assertThat(honest.until("o\n", 60_000)).startsWith("HTTP/1.1 200 ");
    }
  }

  /** Another thread checks the first login. The others come with it in one SockJS frame. */
  @Test
  void thousandsOfPipelinedLoginsAreAnsweredInTurn() throws IOException {
    int count = 5_000;
    String first = "{\"type\":\"login\",\"username\":\"demo\",\"password\":\"demo\"}";
    String again = "{\"type\":\"login\",\"token\":\"\"}";
    String last =
        "{\"type\":\"send\",\"address\":\"echo\",\"body\":\"x\",\"replyAddress\":\"r-end\"}";
    JsonArray all = new JsonArray().add(first);
    Collections.nCopies(count, again).forEach(all::add);
    byte[] frame = all.add(last).toBuffer().getBytes();
    String path = "/eventbus/0/x/websocket";
    try (RawSocket socket = RawSocket.webSocket(gateway.httpPort(), path)) {
      socket.send(RawSocket.frame(0x81, frame));
      String answers = socket.until("r-end", 60_000);
      assertThat(answers.split("already logged in", -1)).hasSize(count + 1);
      assertThat(answers).contains("r-end");
    }
  }
}
