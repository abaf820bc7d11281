package io.busbar.client;

import io.busbar.BusbarProcess;
import io.busbar.proxy.ReverseProxy;
import io.busbar.proxy.ReverseProxy.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests pages, SockJS, WebSockets and Pusher through the proxies of proxies.md, with its
 * configuration.
 */
final class ProxiesIT {
  private static final String PUSHER =
      "pusher.apps=[{id: '3', key: demo-key, secret: demo-secret}]";

  private static BusbarProcess whole;
  private static BusbarProcess below;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    NodeClients.assumeInstalled();
    whole = BusbarProcess.start("http.proxies=[127.0.0.1]", PUSHER);
    below =
        BusbarProcess.start(
            "http.proxies=[127.0.0.1]", PUSHER, "http.base-path=" + ReverseProxy.BASE_PATH);
  }

  @AfterAll
  static void stop() {
    if (whole != null) {
      whole.close();
    }
    if (below != null) {
      below.close();
    }
  }

  @TestFactory
  List<DynamicContainer> nginxForwardsEverything() throws IOException {
    return forwardsEverything(Kind.NGINX);
  }

  @TestFactory
  List<DynamicContainer> haproxyForwardsEverything() throws IOException {
    return forwardsEverything(Kind.HAPROXY);
  }

  @TestFactory
  List<DynamicContainer> caddyForwardsEverything() throws IOException {
    return forwardsEverything(Kind.CADDY);
  }

  @TestFactory
  List<DynamicContainer> apacheForwardsEverything() throws IOException {
    return forwardsEverything(Kind.APACHE);
  }

  private List<DynamicContainer> forwardsEverything(Kind kind) throws IOException {
    kind.assumeInstalled();
    List<DynamicTest> atRoot = new ArrayList<>();
    List<DynamicTest> belowAPath = new ArrayList<>();
    Path first = Files.createDirectory(folder.resolve("root"));
    try (ReverseProxy proxy = ReverseProxy.start(kind, first, whole.httpPort())) {
      atRoot.addAll(new NodeScript("proxies.mjs").checks(proxy.url()));
    }
    Path second = Files.createDirectory(folder.resolve("below"));
    try (ReverseProxy proxy = ReverseProxy.startBelowAPath(kind, second, below.httpPort())) {
      belowAPath.addAll(new NodeScript("proxies.mjs").checks(proxy.url()));
    }
    return List.of(
        DynamicContainer.dynamicContainer("at the root", atRoot),
        DynamicContainer.dynamicContainer("below a path", belowAPath));
  }
}
