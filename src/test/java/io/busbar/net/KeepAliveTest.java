package io.busbar.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.busbar.TestGateway;
import io.busbar.config.SocketTransport;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of what Linux reports about the sockets that the gateway has accepted. */
final class KeepAliveTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String ESTABLISHED = "01";
  private static final String KEEP_ALIVE = "02";

  /** Two minutes in hundredths of a second, the unit of the kernel. */
  private static final long TWO_MINUTES = 12_000;

  @ParameterizedTest
  @EnumSource(SocketTransport.class)
  void silentConnectionsAreProbedWithinTwoMinutes(SocketTransport transport) throws IOException {
    assumeTrue(Files.exists(Path.of("/proc/net/tcp")));
    assumeTrue(transport != SocketTransport.IO_URING || IoUring.isAvailable());
    try (TestGateway gateway = TestGateway.start("features=[]", "transport=" + transport);
        Socket http = new Socket("127.0.0.1", gateway.httpPort());
        Socket stomp = new Socket("127.0.0.1", gateway.stompPort())) {
      for (Socket client : List.of(http, stomp)) {
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(accepted(client))
                        .isNotNull()
                        .startsWith(KEEP_ALIVE + ":")
                        .satisfies(
                            timer ->
                                assertThat(Long.parseLong(timer.substring(3), 16))
                                    .isBetween(1L, TWO_MINUTES)));
      }
    }
  }

  /**
   * Returns the timer of the connection's other end, {@code kind:when}; null before it is accepted.
   */
  private static String accepted(Socket client) throws IOException {
    List<String> sockets = new ArrayList<>(Files.readAllLines(Path.of("/proc/net/tcp")));
    Path six = Path.of("/proc/net/tcp6");
    if (Files.exists(six)) {
      sockets.addAll(Files.readAllLines(six));
    }
    for (String line : sockets) {
      String[] fields = line.trim().split("\\s+");
      if (fields[1].endsWith(port(client.getPort()))
          && fields[2].endsWith(port(client.getLocalPort()))
          && fields[3].equals(ESTABLISHED)) {
        return fields[5];
      }
    }
    return null;
  }

  private static String port(int number) {
    return ":%04X".formatted(number);
  }
}
