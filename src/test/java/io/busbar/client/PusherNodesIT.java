package io.busbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.busbar.cluster.TestCluster;
import io.busbar.proxy.ReverseProxy;
import io.busbar.proxy.ReverseProxy.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests 60 unchanged Pusher clients and Pusher's library for backends with three nodes. nginx,
 * configured as in proxies.md, gives requests to the nodes in turn.
 */
final class PusherNodesIT {
  private static final String[] SETTINGS = {
    "pusher.apps=[{id: '3', key: demo-key, secret: demo-secret}]",
    "permissions=[{address: 'public.#', allow: [subscribe]}]"
  };

  @BeforeAll
  static void assumeNodeAndNginx() {
    NodeClients.assumeInstalled();
    Kind.NGINX.assumeInstalled("Pusher behind a load balancer is not tested");
  }

  @TestFactory
  List<DynamicTest> otherClientsMissNothingWhenANodeIsKilled(@TempDir Path folder)
      throws IOException {
    try (TestCluster cluster = new TestCluster()) {
      List<BusbarProcess> nodes = Stream.generate(() -> cluster.start(SETTINGS)).limit(3).toList();
      BusbarProcess last = nodes.get(2);
      int[] ports = nodes.stream().mapToInt(BusbarProcess::httpPort).toArray();
      Path log = folder.resolve("access.log");
      try (ReverseProxy nginx = ReverseProxy.startNginx(folder, log, ports)) {
        TapScript script =
            new NodeScript("pusher-nodes.mjs").with(log).with(last.http().getAuthority());
        nodes.forEach(node -> script.with(node.admin()));
        return script.whenAsked("kill that node", () -> kill(last)).checks(nginx.url());
      }
    }
  }

  /** Kills the node, and returns when its sockets are closed. */
  private static void kill(BusbarProcess node) {
    node.kill();
    assertThat(node.exitCode()).isNotZero();
  }
}
