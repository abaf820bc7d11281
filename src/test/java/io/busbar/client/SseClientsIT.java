package io.busbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.busbar.proxy.ReverseProxy;
import io.busbar.proxy.ReverseProxy.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Tests server-sent events in common clients, with the gateway from the jar, also behind nginx. */
final class SseClientsIT {
  /** The configuration of an nginx that has only the address of the gateway. */
  private static final String DEFAULTS =
      """
      server {
        listen 80;
        location / {
          proxy_pass %s;
        }
      }
      """;

  private static BusbarProcess gateway;

  @BeforeAll
  static void start() {
    NodeClients.assumeInstalled();
    gateway =
        BusbarProcess.start(
            "permissions=[{address: 'public.#', allow: [subscribe, publish, send]},"
                + " {address: echo, allow: [send]},"
                + " {address: 'mine.{user}', authenticated: true, allow: [subscribe]}]",
            "channels=[{address: 'public.kept.*', history: {messages: 100}}]",
            "sse.retry=100ms");
  }

  @AfterAll
  static void stop() {
    if (gateway != null) {
      gateway.close();
    }
  }

  private static List<DynamicTest> checks(URI url) {
    return new NodeScript("sse.mjs").with(gateway.admin()).checks(url);
  }

  @TestFactory
  List<DynamicTest> eventSourceOfNodeWorks() {
    return checks(gateway.http());
  }

  @TestFactory
  List<DynamicTest> eventSourceOfNodeWorksBehindNginxWithItsDefaults(@TempDir Path folder) {
    Kind.NGINX.assumeInstalled();
    String stanza = DEFAULTS.formatted(gateway.http());
    try (ReverseProxy nginx = ReverseProxy.start(Kind.NGINX, folder, stanza)) {
      return checks(nginx.url());
    }
  }

  @Test
  void curlShowsEachEventAtOnce() throws IOException {
    String events = gateway.http() + "/events";
    Process listening = new ProcessBuilder("curl", "-sN", events + "?channel=public.curl").start();
    try (BufferedReader lines = listening.inputReader()) {
      assertThat(lines.readLine()).startsWith("retry: ");
      assertThat(lines.readLine()).isEmpty();
      for (int i = 0; i < 3; i++) {
        String said =
            "{\"channel\":\"public.curl\",\"body\":{\"n\":%d},\"name\":\"n\"}".formatted(i);
        Process saying = new ProcessBuilder("curl", "-s", events, "-d", said).start();
        assertThat(saying.inputReader().readLine()).isEqualTo("{\"published\":\"public.curl\"}");
        assertThat(lines.readLine()).isEqualTo("event: n");
        assertThat(lines.readLine()).isEqualTo("data: {\"n\":%d}".formatted(i));
        assertThat(lines.readLine()).isEmpty();
      }
    } finally {
      listening.destroyForcibly();
    }
  }
}
