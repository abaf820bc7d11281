package io.busbar.protocol.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.session.Polls;
import io.busbar.protocol.session.RawHttp;
import java.io.IOException;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A client that receives 1,000 numbered messages. It polls, aborts polls at random, and upgrades to
 * a WebSocket, as common clients do. Each request may go to another node. Used by the test's
 * thread.
 */
final class RoamingEngineClient {
  private final EngineServer home;
  private final Supplier<EngineServer> next;
  private final Random random;
  private final String name = UUID.randomUUID().toString();
  private final EngineNumbers numbers = new EngineNumbers();
  private EngineClient client;
  private RawHttp http;

  /**
   * @param home where the session is opened
   * @param next returns the server of the next request
   */
  RoamingEngineClient(EngineServer home, Supplier<EngineServer> next, Random random) {
    this.home = home;
    this.next = next;
    this.random = random;
  }

  /**
   * @param upgradeAfter number of messages by polls before the upgrade; larger than all for none
   */
  void run(int upgradeAfter) throws Exception {
    client = EngineClient.four(home, "X-Test: " + name);
    Thread saying = EngineNumbers.startSending(home, name, new Random(random.nextInt()));
    while (!numbers.isComplete() && numbers.count() < upgradeAfter) {
      pollOrAbort();
    }
    abortPoll();
    EngineSocket socket = numbers.isComplete() ? null : upgrade();
    while (!numbers.isComplete()) {
      numbers.take((String) socket.next());
    }
    saying.join();
    assertThat(numbers.got()).isEqualTo(EngineNumbers.expected());
    if (socket == null) {
      client.close();
    } else {
      assertThat(socket.isQuiet()).isTrue();
      socket.send("4bye");
      assertThat(socket.next()).isEqualTo("4bye");
      socket.close();
    }
  }

  private void pollOrAbort() throws IOException {
    if (http == null) {
      http = next.get().connect();
    }
    http.send("GET", client.url(), null);
    switch (random.nextInt(8)) {
      case 0 -> abortPoll();
      case 1 -> {
        LockSupport.parkNanos(random.nextInt(400_000));
        abortPoll();
      }
      case 2 -> {
        Polls.firstAnswered(http);
        http.reset();
        http = null;
      }
      case 3 -> {
        http.read(1 + random.nextInt(80));
        abortPoll();
      }
      case 4 -> {
        read();
        abortPoll();
      }
      default -> read();
    }
  }

  private void read() throws IOException {
    RawHttp.Answer answer = http.answer();
    assertThat(answer.status()).isEqualTo(200);
    numbers.take(answer.body());
  }

  private void abortPoll() throws IOException {
    if (http != null) {
      http.close();
      http = null;
    }
  }

  /** Upgrades while a poll is open; the client upgrades when the poll is answered. */
  private EngineSocket upgrade() throws Exception {
    try (RawHttp poll = next.get().connect()) {
      poll.send("GET", client.url(), null);
      EngineSocket socket = EngineSocket.connect(next.get(), client.webSocketUrl());
      assertThat(socket.send("2probe").next()).isEqualTo("3probe");
      RawHttp.Answer answer = poll.answer();
      assertThat(answer.status()).isEqualTo(200);
      numbers.take(answer.body());
      return socket.send("5");
    }
  }
}
