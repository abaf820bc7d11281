package io.busbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.Needed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The STOMP clients that people use, against the jar. */
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
  List<DynamicTest> pagesOwnClientWorks() {
    NodeClients.assumeInstalled();
    try (Gateway gateway = new Gateway()) {
      return new NodeScript("stomp-bus.mjs")
          .whenAsked("restart", gateway::restart)
          .checks(gateway.url());
    }
  }

  /** Debian's packages are for Debian's own interpreters, whichever are first on the PATH. */
  @Test
  void pythonsClientWorks() throws Exception {
    works("/usr/bin/python3", List.of("-c", "import stomp"), "src/test/python/stomp_client.py");
  }

  @Test
  void rubysClientWorks() throws Exception {
    works("/usr/bin/ruby", List.of("-e", "require 'stomp'"), "src/test/ruby/stomp_client.rb");
  }

  private static void works(String interpreter, List<String> probe, String script)
      throws Exception {
    boolean there = isThere(interpreter, probe);
    String missing = interpreter + " has no STOMP client: " + script + " is not run";
    Needed.assume(there, missing);
    try (Gateway gateway = new Gateway()) {
      Process process =
          new ProcessBuilder(interpreter, script, String.valueOf(gateway.stompPort()))
              .redirectErrorStream(true)
              .start();
      CompletableFuture.delayedExecutor(SECONDS, TimeUnit.SECONDS)
          .execute(process::destroyForcibly);
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(said.strip()).isEqualTo("ok");
      assertThat(process.waitFor()).isZero();
    }
  }

  private static boolean isThere(String interpreter, List<String> probe) throws Exception {
    try {
      ProcessBuilder builder = new ProcessBuilder(interpreter).redirectErrorStream(true);
      builder.command().addAll(probe);
      Process process = builder.start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
