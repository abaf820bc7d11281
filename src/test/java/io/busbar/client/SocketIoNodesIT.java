package io.busbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.busbar.cluster.TestCluster;
import io.busbar.proxy.ReverseProxy;
import io.busbar.proxy.ReverseProxy.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests 200 unchanged Socket.IO clients with three nodes. nginx, configured as in proxies.md, gives
 * requests to the nodes in turn.
 */
final class SocketIoNodesIT {
  @BeforeAll
  static void assumeNodeAndNginx() {
    NodeClients.assumeInstalled();
    Kind.NGINX.assumeInstalled("Socket.IO behind a load balancer is not tested");
  }

  @TestFactory
  List<DynamicTest> otherClientsMissNothingWhenANodeIsKilled(@TempDir Path folder)
      throws IOException {
    try (TestCluster cluster = new TestCluster()) {
      BusbarProcess first = cluster.start();
      BusbarProcess second = cluster.start();
      BusbarProcess third = cluster.start();
      int[] ports = {first.httpPort(), second.httpPort(), third.httpPort()};
      Path log = folder.resolve("access.log");
      try (ReverseProxy nginx = ReverseProxy.startNginx(folder, log, ports)) {
        return new NodeScript("socketio-nodes.mjs")
            .with(third.http())
            .with(log)
            .whenAsked("kill that node", () -> kill(third))
            .checks(nginx.url());
      }
    }
  }

  /** Kills the node, and returns when its sockets are closed. */
  private static void kill(BusbarProcess node) {
    node.kill();
    assertThat(node.exitCode()).isNotZero();
  }
}
