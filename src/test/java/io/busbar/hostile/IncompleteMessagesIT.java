package io.busbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs the jar with little memory against many clients that begin every kind of message and
 * complete none.
 */
@Tag("long")
final class IncompleteMessagesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String HOME = "127.0.0.1";
  private static final int CLIENTS = Integer.getInteger("attacks.crowd", 250);
  private static final int SIZE = 256 << 10;
  private static final String BYTES = "busbar_inbound_bytes";
  private static final String ENDED = "busbar_inbound_ended_total{reason=\"address\"}";

  @Test
  void incompleteMessagesDoNotBlockOtherClients() throws Exception {
    try (BusbarProcess busbar =
        BusbarProcess.options()
            .optimized()
            .jvm("-Xmx256m")
            .set("permissions", "[{address: 'public.*', allow: [publish]}]")
            .set("tcp-bridge.enabled", true)
            .set("sockjs.disconnect-delay", "1m")
            .start()) {
      IncompleteMessages.Ports ports =
          new IncompleteMessages.Ports(
              busbar.httpPort(),
              busbar.stompPort(),
              busbar.tcpBridgePort(),
              busbar.admin().getPort());
      NodeMetrics metrics = new NodeMetrics(busbar);
      AtomicBoolean enough = new AtomicBoolean();
      List<RawSocket> clients = new ArrayList<>();
      CompletableFuture<Integer> receipts =
          CompletableFuture.supplyAsync(() -> askForReceipts(ports, enough));
      try (LegitimateHttpClient pages = new LegitimateHttpClient(ports.http())) {
        for (IncompleteMessages kind : IncompleteMessages.values()) {
          int begun = clients.size();
          begin(kind, ports, clients);
          assertThat(clients.size() - begun).as(kind.name()).isEqualTo(CLIENTS);
          assertThat(metrics.value(BYTES)).as(kind.name()).isBetween(1.0, 32.0 * (1 << 20));
        }
      }
      enough.set(true);
      assertThat(receipts.join()).isPositive();
      assertThat(metrics.value(ENDED)).isGreaterThan(5.0 * CLIENTS);
      for (RawSocket socket : clients) {
        socket.close();
      }
      await().atMost(PATIENCE).until(() -> metrics.value(BYTES) == 0);
      assertThat(busbar.errLines()).noneMatch(line -> line.contains("OutOfMemory"));
      assertThat(busbar.errLines()).anyMatch(line -> line.contains("node: memory: heap 2"));
      assertThat(busbar.errLines()).anyMatch(line -> line.contains("node: too little memory: "));
    }
  }

  /** Adds a client. One that the gateway closes early counts too. */
  private static void begin(
      IncompleteMessages kind, IncompleteMessages.Ports ports, List<RawSocket> clients)
      throws IOException {
    for (int i = 0; i < CLIENTS; i++) {
      RawSocket socket = kind.open(ports, HOME);
      clients.add(socket);
      byte[] message = kind.message(socket, SIZE);
      byte[] begun = Arrays.copyOf(message, message.length - kind.missing());
      socket.sendUntilCut(begun, 1);
    }
  }

  /** Publishes and waits for the receipt, again and again; returns the number of receipts. */
  private static int askForReceipts(IncompleteMessages.Ports ports, AtomicBoolean enough) {
    try (RawSocket socket = IncompleteMessages.STOMP_FRAME.open(ports, HOME)) {
      int count = 0;
      while (!enough.get()) {
        socket.send(IncompleteMessages.STOMP_FRAME.message(socket, 100));
        if (!IncompleteMessages.STOMP_FRAME.answer(socket).equals("RECEIPT")) {
          throw new IllegalStateException("no receipt after " + count);
        }
        count++;
      }
      return count;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
