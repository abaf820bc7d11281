package io.busbar.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.busbar.BusbarProcess;
import io.busbar.FreePort;
import io.busbar.TestGateway;
import io.vertx.core.Promise;
import io.vertx.core.spi.cluster.RegistrationListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * A cluster of nodes in JVMs of their own or in the test's JVM. They share the loopback interface,
 * or each has its own network. Used by the test's thread.
 */
public final class TestCluster implements AutoCloseable {
  private static final int MOST_NODES = 4;
  private static final String NODE_ID = "__vertx.nodeId";

  private final String name = "test-" + UUID.randomUUID();
  private final int port = freePorts();
  private final List<BusbarProcess> nodes = new ArrayList<>();
  private final List<TestGateway> here = new ArrayList<>();
  private final List<InterestExchange> exchanges = new ArrayList<>();
  private final Network network;

  public TestCluster() {
    this(null);
  }

  /**
   * Creates a cluster whose nodes only {@link #startIn} starts.
   *
   * @param network null for none
   */
  public TestCluster(Network network) {
    this.network = network;
  }

  /** Returns the cluster name of all nodes. */
  public String name() {
    return name;
  }

  /** Returns Hazelcast's port of the first node; later nodes have the next ones. */
  public int port() {
    return port;
  }

  /** Returns the settings that let a node join, {@code key=value} each. */
  public List<String> settings() {
    List<String> members = new ArrayList<>();
    int most = network == null ? MOST_NODES : network.size();
    for (int i = 0; i < most; i++) {
      members.add(network == null ? "127.0.0.1:" + (port + i) : Network.busAddress(i) + ":" + port);
    }
    return List.of(
        "cluster.enabled=true",
        "cluster.name=" + name,
        "cluster.port=" + port,
        "cluster.members=" + members,
        "cluster.dead-after=5s",
        "cluster.self-check=1s");
  }

  /** Returns the options of a node of this cluster, with more settings. */
  public BusbarProcess.Options options(String... more) {
    BusbarProcess.Options options =
        BusbarProcess.options().jvm("-Xmx256m", "-Dhazelcast.wait.seconds.before.join=0");
    settings().forEach(setting -> options.arguments("--set", setting));
    for (String setting : more) {
      options.arguments("--set", setting);
    }
    return options;
  }

  /** Joins a member that looks like a build before the exchange of registrations. */
  HazelcastInstance joinOlder() {
    return Hazelcast.newHazelcastInstance(bare());
  }

  /**
   * Joins a member that is no node and only hears the registrations of the nodes.
   *
   * @param table gets the registrations
   */
  HazelcastInstance joinBare(RegistrationListener hears, InterestTable table) {
    Config config = bare().setUserContext(new ConcurrentHashMap<>());
    config.getMemberAttributeConfig().setAttribute(Membership.EXCHANGES, "true");
    HazelcastInstance member = Hazelcast.newHazelcastInstance(config);
    InterestExchange exchange =
        new InterestExchange(
            table,
            new InterestExchange.Nodes() {
              @Override
              public Set<String> others() {
                return member.getCluster().getMembers().stream()
                    .filter(one -> !one.localMember())
                    .map(one -> one.getAttribute(NODE_ID))
                    .collect(Collectors.toSet());
              }

              @Override
              public CompletionStage<Long> tell(String node, InterestUpdate update) {
                return CompletableFuture.completedFuture(update.number());
              }
            });
    exchange.start(
        member.getConfig().getMemberAttributeConfig().getAttribute(NODE_ID),
        hears,
        Promise.promise());
    member.getUserContext().put(InterestUpdate.EXCHANGE, exchange);
    exchanges.add(exchange);
    return member;
  }

  private Config bare() {
    Config config = new Config();
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.setClusterName(name).getNetworkConfig().setPort(port);
    config.getMemberAttributeConfig().setAttribute(NODE_ID, UUID.randomUUID().toString());
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).setMembers(List.of("127.0.0.1:" + port));
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    return config;
  }

  /** Starts a node in a JVM of its own; {@link #close} ends it. */
  public BusbarProcess start(String... more) {
    BusbarProcess node = options(more).start();
    nodes.add(node);
    return node;
  }

  /**
   * Starts a node in a JVM of its own; {@link #close} ends it.
   *
   * @param place number of its network, from 0; ignored without a network
   */
  public BusbarProcess startIn(int place, String... more) {
    if (network == null) {
      return start(more);
    }
    String host = network.clientAddress(place);
    BusbarProcess node =
        options(more)
            .by(network.at(place))
            .set("http.host", host)
            .set("stomp.host", host)
            .set("admin.host", host)
            .set("cluster.host", Network.busAddress(place))
            .start();
    nodes.add(node);
    return node;
  }

  /** Starts a node in the test's own JVM; {@link #close} ends it if it still runs. */
  public TestGateway startHere(String... more) {
    List<String> all = new ArrayList<>(settings());
    all.addAll(List.of(more));
    TestGateway node = TestGateway.start(all.toArray(String[]::new));
    here.add(node);
    return node;
  }

  /** Writes the standard error of each node to a file of its own. */
  void writeLogs(Path folder) {
    try {
      Files.createDirectories(folder);
      for (int i = 0; i < nodes.size(); i++) {
        Files.write(folder.resolve(i + ".log"), nodes.get(i).errLines());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    exchanges.forEach(InterestExchange::close);
    here.forEach(TestGateway::close);
    nodes.forEach(BusbarProcess::close);
    if (network != null) {
      network.close();
    }
  }

  /** Returns the first of several free ports in a row. */
  private static int freePorts() {
    for (int tries = 0; tries < 100; tries++) {
      int first = FreePort.find();
      boolean all = true;
      for (int i = 1; i < MOST_NODES; i++) {
        all &= isFree(first + i);
      }
      if (all) {
        return first;
      }
    }
    throw new IllegalStateException("no free ports in a row");
  }

  private static boolean isFree(int port) {
    if (port > 65_535) {
      return false;
    }
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
