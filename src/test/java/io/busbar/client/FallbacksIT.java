package io.busbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.busbar.FreePort;
import io.busbar.cluster.TestCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Tests sockjs-client's HTTP transports through a load balancer that is not sticky. */
final class FallbacksIT {
  @BeforeAll
  static void assumeNodeAndNginx() {
    NodeClients.assumeInstalled();
    Nginx.assumeInstalled();
  }

  @TestFactory
  List<DynamicTest> chatsContinueOverRequestsToAnyNode(@TempDir Path folder) {
    try (TestCluster cluster = new TestCluster()) {
      BusbarProcess first = cluster.start();
      BusbarProcess second = cluster.start();
      int free = FreePort.find();
      AtomicReference<BusbarProcess> third = new AtomicReference<>();
      try (Nginx nginx = new Nginx(folder, first.httpPort(), second.httpPort(), free)) {
        return new NodeScript("fallbacks.mjs")
            .whenAsked("one more node", () -> third.set(cluster.start("http.port=" + free)))
            .whenAsked("kill that node", () -> kill(third.get()))
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
