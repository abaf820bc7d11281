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

/** Three nodes that pass each other the requests for their sessions. */
final class SockJsNodes implements BeforeAllCallback, AfterAllCallback {
  static final int COUNT = 3;

  private final long renewalMillis;
  private final List<SockJsServer> nodes = new ArrayList<>();
  private final List<SockJsServer> ended = new ArrayList<>();

  SockJsNodes() {
    this(60_000);
  }

  /**
   * @param renewalMillis how often a node says that a session is still its own
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
    return entry(url) != null;
  }

  /** What the nodes know of the session with that URL; null for nothing. */
  String entry(String url) {
    return TestGateway.await(map().compose(entries -> entries.get(key(url))));
  }

  /** Lets them know something else of it. */
  void enter(String url, String entry) {
    TestGateway.await(map().compose(entries -> entries.put(key(url), entry)));
  }

  /** Lets them know nothing of it any more. */
  void lose(String url) {
    TestGateway.await(map().compose(entries -> entries.remove(key(url))));
  }

  private Future<AsyncMap<String, String>> map() {
    return node(1).vertx().sharedData().getClusterWideMap("busbar.sockjs");
  }

  /** The endpoint's path and the session's id. */
  private static String key(String url) {
    return url.substring(0, url.indexOf('/', 1)) + url.substring(url.lastIndexOf('/'));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    nodes.removeAll(ended);
    nodes.forEach(node -> node.afterAll(context));
  }
}
