package io.busbar.protocol.sockjs;

import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.busbar.config.ClusterConfig;
import io.busbar.config.ConfigLoader;
import io.vertx.core.shareddata.AsyncMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Three nodes that pass each other the requests for their sessions. */
final class SockJsNodes implements BeforeAllCallback, AfterAllCallback {
  static final int COUNT = 3;

  private final List<SockJsServer> nodes = new ArrayList<>();
  private final List<SockJsServer> ended = new ArrayList<>();

  @Override
  public void beforeAll(ExtensionContext context) {
    ClusterConfig membership =
        ConfigLoader.load(null, Map.of(), new TestCluster().settings()).cluster();
    for (int i = 0; i < COUNT; i++) {
      SockJsServer node = new SockJsServer(true, 2_000, membership);
      node.beforeAll(context);
      nodes.add(node);
    }
  }

  /** One of them; after the last comes the first. */
  SockJsServer node(int number) {
    return nodes.get(number % COUNT);
  }

  /** Opens a session on that node, for a client with that X-Test header. */
  String open(int node, String prefix, String... headers) throws IOException {
    String url = prefix + "/000/" + UUID.randomUUID();
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("X-Test: " + url);
    SockJsServer.Reply opened = node(node).post(url + "/xhr", "", all.toArray(String[]::new));
    if (opened.status() != 200 || !opened.body().equals("o\n")) {
      throw new IllegalStateException("not opened: " + opened);
    }
    return url;
  }

  /** Ends that node at once. */
  void end(int number) {
    node(number).end();
    ended.add(node(number));
  }

  /** Whether the nodes know of a session with that URL. */
  boolean know(String url) {
    String id = url.substring(url.lastIndexOf('/'));
    return TestGateway.await(
            node(1)
                .vertx()
                .sharedData()
                .<String, String>getClusterWideMap("busbar.sockjs")
                .compose(AsyncMap::keys))
        .stream()
        .anyMatch(key -> key.endsWith(id));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    nodes.removeAll(ended);
    nodes.forEach(node -> node.afterAll(context));
  }
}
