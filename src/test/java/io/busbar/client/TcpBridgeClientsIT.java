package io.busbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Tests clients of the TCP event-bus bridge, with the gateway from the jar. */
final class TcpBridgeClientsIT {
  private static final long SECONDS = 90;
  private static final String ENABLED = "tcp-bridge.enabled=true";

  @TestFactory
  List<DynamicTest> stockClientFromNpmWorks() {
    NodeClients.assumeInstalled();
    try (Gateway gateway = new Gateway(ENABLED)) {
      return new NodeScript("tcp-bridge.mjs").with(gateway.tcpBridgePort()).checks(gateway.url());
    }
  }

  @Test
  void pythonClientWorksWithoutALibrary() throws Exception {
    String script = "src/test/python/tcp_bridge_client.py";
    Interpreter python = Interpreter.python("json");
    python.assumeThere(script);
    try (Gateway gateway = new Gateway(ENABLED)) {
      Process process =
          new ProcessBuilder(python.path(), script, String.valueOf(gateway.tcpBridgePort()))
              .redirectErrorStream(true)
              .start();
      CompletableFuture.delayedExecutor(SECONDS, TimeUnit.SECONDS)
          .execute(process::destroyForcibly);
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(said.strip()).isEqualTo("ok");
      assertThat(process.waitFor()).isZero();
    }
  }
}
