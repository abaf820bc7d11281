package io.busbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Tests common STOMP clients, with the gateway from the jar. */
final class StompClientsIT {
  private static final long SECONDS = 90;

  @TestFactory
  List<DynamicTest> clientsFromNpmWork() {
    NodeClients.assumeInstalled();
    try (Gateway gateway = new Gateway()) {
      return new NodeScript("stomp-clients.mjs")
          .with(gateway.stompPort())
          .whenAsked("restart", gateway::restart)
          .checks(gateway.url());
    }
  }

  @TestFactory
  List<DynamicTest> queuesWorkWithClientsFromNpm() {
    NodeClients.assumeInstalled();
    try (Gateway gateway = new Gateway()) {
      return new NodeScript("stomp-queues.mjs").with(gateway.stompPort()).checks(gateway.url());
    }
  }

  @TestFactory
  List<DynamicTest> ownClientOfThePagesWorks() {
    NodeClients.assumeInstalled();
    try (Gateway gateway = new Gateway()) {
      return new NodeScript("stomp-bus.mjs")
          .whenAsked("restart", gateway::restart)
          .checks(gateway.url());
    }
  }

  @Test
  void pythonClientWorks() throws Exception {
    assertWorks(Interpreter.python("stomp"), "src/test/python/stomp_client.py");
  }

  @Test
  void rubyClientWorks() throws Exception {
    assertWorks(Interpreter.ruby("stomp"), "src/test/ruby/stomp_client.rb");
  }

  private static void assertWorks(Interpreter interpreter, String script) throws Exception {
    interpreter.assumeThere(script);
    try (Gateway gateway = new Gateway()) {
      Process process =
          new ProcessBuilder(interpreter.path(), script, String.valueOf(gateway.stompPort()))
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
