package io.busbar;

import com.hazelcast.core.HazelcastInstance;
import io.busbar.admin.Readiness;
import io.busbar.config.Config;
import io.busbar.config.ConfigLoader;
import io.busbar.http.Rejections;
import io.busbar.hub.Counters;
import io.busbar.hub.Hub;
import io.busbar.net.Connections;
import io.busbar.queue.Queues;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.internal.VertxInternal;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A whole node in the test's own JVM, on free ports. Used by the thread of its test. */
public final class TestGateway implements AutoCloseable {
  private static final long SECONDS = 60;

  private final Node node;
  private boolean closed;

  private TestGateway(Node node) {
    this.node = node;
  }

  /** Starts a node with these settings, each {@code key=value}. */
  public static TestGateway start(String... settings) {
    return new TestGateway(await(Node.start(config(settings))));
  }

  private static Config config(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of("http.port=0", "stomp.port=0", "tcp-bridge.port=0", "admin.port=0"));
    all.addAll(List.of(settings));
    return ConfigLoader.load(null, Map.of(), all);
  }

  public int httpPort() {
    return node.gateway().httpPort();
  }

  public int stompPort() {
    return node.gateway().stompPort();
  }

  /** The port of STOMP over TLS. */
  public int stompTlsPort() {
    return node.gateway().ports().stompTls();
  }

  /** The port of the TCP event-bus bridge, if it is enabled. */
  public int tcpBridgePort() {
    return node.gateway().ports().tcpBridge();
  }

  /** The port of the TCP event-bus bridge over TLS. */
  public int tcpBridgeTlsPort() {
    return node.gateway().ports().tcpBridgeTls();
  }

  /** The plain port that redirects browsers to the TLS port. */
  public int redirectPort() {
    return node.gateway().ports().redirect();
  }

  public Future<Void> reloadCertificates() {
    return node.gateway().ports().reloadCertificates();
  }

  public String urls() {
    return node.urls();
  }

  public Connections connections() {
    return node.gateway().ports().connections();
  }

  public Rejections rejections() {
    return node.gateway().rejections();
  }

  public int adminPort() {
    return node.gateway().adminPort();
  }

  /** The readiness that tells load balancers to send no clients here. */
  public Readiness readiness() {
    return node.gateway().readiness();
  }

  public EventBus bus() {
    return node.vertx().eventBus();
  }

  public Vertx vertx() {
    return node.vertx();
  }

  public Hub hub() {
    return node.gateway().hub();
  }

  /** The number of passwords that wait for a check. */
  public int waitingLogins() {
    return node.gateway().logins().waitingCount();
  }

  public Queues queues() {
    return node.gateway().queues();
  }

  public Counters counters() {
    return hub().counters();
  }

  /** The Hazelcast member of this node. */
  public HazelcastInstance hazelcast() {
    VertxInternal vertx = (VertxInternal) node.vertx();
    return ((HazelcastClusterManager) vertx.clusterManager()).getHazelcastInstance();
  }

  /** Dies: the other nodes of the cluster see it leave at once. */
  public void die() {
    hazelcast().getLifecycleService().terminate();
    closed = true;
    node.vertx().close();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      await(node.close(Duration.ZERO));
    }
  }

  /** Waits for a future that must succeed. */
  public static <T> T await(Future<T> future) {
    try {
      return future.await(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("nothing came in " + SECONDS + " seconds", e);
    }
  }
}
