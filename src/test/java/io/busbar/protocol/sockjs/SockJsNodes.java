package io.busbar.protocol.sockjs;

import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.busbar.config.ClusterConfig;
import io.busbar.config.ConfigLoader;
import io.vertx.core.Future;
import io.vertx.core.shareddata.AsyncMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Three nodes that forward requests to the node of the session. */
final class SockJsNodes implements BeforeAllCallback, AfterAllCallback {
  static final int COUNT = 3;

  private final long renewalMillis;
  private final List<SockJsServer> nodes = new ArrayList<>();
  private final List<SockJsServer> ended = new ArrayList<>();

  SockJsNodes() {
    this(60_000);
  }

  /**
   * @param renewalMillis interval in which a node renews its sessions, in milliseconds
   */
  SockJsNodes(long renewalMillis) {
    this.renewalMillis = renewalMillis;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    ClusterConfig membership =
        ConfigLoader.load(null, Map.of(), new TestCluster().settings()).cluster();
    for (int i = 0; i < COUNT; i++) {
      SockJsServer node = new SockJsServer(true, 2_000, membership, renewalMillis);
      node.beforeAll(context);
      nodes.add(node);
    }
  }

  /** Returns one of the nodes; the first one follows the last. */
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

  /** Stops that node without notice. */
  void end(int number) {
    node(number).end();
    ended.add(node(number));
  }

  /** Returns whether a session of that URL is registered. */
  boolean know(String url) {
    return entry(url) != null;
  }

  /** Returns the registration of that URL; null for none. */
  String entry(String url) {
    return TestGateway.await(map().compose(entries -> entries.get(key(url))));
  }

  /** Replaces the registration of that URL. */
  void enter(String url, String entry) {
    TestGateway.await(map().compose(entries -> entries.put(key(url), entry)));
  }

  /** Removes the registration of that URL. */
  void lose(String url) {
    TestGateway.await(map().compose(entries -> entries.remove(key(url))));
  }

  private Future<AsyncMap<String, String>> map() {
    return node(1).vertx().sharedData().getClusterWideMap("busbar.sockjs");
  }

  /** Returns the key in the map: the endpoint's path and the session's id. */
  private static String key(String url) {
    return url.substring(0, url.indexOf('/', 1)) + url.substring(url.lastIndexOf('/'));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    nodes.removeAll(ended);
    nodes.forEach(node -> node.afterAll(context));
  }
}
