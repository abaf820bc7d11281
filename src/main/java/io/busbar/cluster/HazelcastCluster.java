package io.busbar.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.ClasspathXmlConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.FileSystemXmlConfig;
import com.hazelcast.config.InvalidConfigurationException;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.OutOfMemoryHandler;
import com.hazelcast.spi.merge.DiscardMergePolicy;
import io.busbar.config.ClusterConfig;
import io.busbar.config.ClusterConfig.Bus;
import io.busbar.config.Home;
import io.busbar.config.Reason;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The set-up of Hazelcast and of the event bus for a node of a cluster, from Hazelcast's file and
 * the configuration over it.
 */
public final class HazelcastCluster {
  /** Name of Hazelcast's map with the messages of streams, as in cluster.xml. */
  public static final String STREAMS = "busbar.stream";

  /**
   * Attribute of each member with the name of its node, which never changes while the node lives.
   */
  public static final String NODE = "busbar.node";

  /** Attribute of each member that accepts features at run time. */
  private static final String TAKES_FEATURES = "busbar.takes-features";

  private static final String IN_THE_JAR = "cluster.xml";
  private static final String BUS = "busbar.bus";
  private static final String ENCRYPTED = "encrypted";
  private static final String PLAIN = "plain";

  // A field holds it, because java.util.logging drops the level of a logger that nobody holds.
  private static final Logger CP_SUBSYSTEM = Logger.getLogger("com.hazelcast.cp.CPSubsystem");

  private HazelcastCluster() {}

  /**
   * Returns a cluster manager for Vert.x.
   *
   * @param takesFeatures whether this node accepts features at run time
   * @throws IllegalArgumentException with a text for people when the file is missing or wrong
   */
  public static Membership membership(ClusterConfig cluster, boolean takesFeatures) {
    System.setProperty("hazelcast.logging.type", "jdk");
    // Vert.x uses counters and locks of the subsystem, and Hazelcast warns that three nodes would
    // be safer. An operator may decide that; the log need not repeat it.
    CP_SUBSYSTEM.setLevel(Level.SEVERE);
    Config config = read(cluster.file());
    layOver(config, cluster);
    config
        .getMemberAttributeConfig()
        .setAttribute(BUS, cluster.bus().tls().enabled() ? ENCRYPTED : PLAIN)
        .setAttribute(NODE, UUID.randomUUID().toString())
        .setAttribute(TAKES_FEATURES, Boolean.toString(takesFeatures));
    return new Membership(config);
  }

  /** Returns the nodes that accept features at run time. */
  public static Set<String> nodesWithFeatures(Membership membership) {
    return membership.members().stream()
        .filter(member -> "true".equals(member.getAttribute(TAKES_FEATURES)))
        .map(member -> member.getAttribute(NODE))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Sets the handler that Hazelcast calls when memory runs out, instead of leaving the cluster. */
  public static void onOutOfMemory(Consumer<Throwable> told) {
    Hazelcast.setOutOfMemoryHandler(
        new OutOfMemoryHandler() {
          @Override
          public void onOutOfMemory(OutOfMemoryError error, HazelcastInstance[] instances) {
            told.accept(error);
          }
        });
  }

  /**
   * Returns the options of the event bus between nodes.
   *
   * @throws IllegalArgumentException with a text for people when a file is missing
   */
  public static EventBusOptions bus(ClusterConfig cluster) {
    Bus bus = cluster.bus();
    Duration silence = bus.pingInterval().plus(bus.pingTimeout());
    EventBusOptions options =
        new EventBusOptions()
            .setPort(bus.port())
            .setClusterPingInterval(bus.pingInterval().toMillis())
            .setClusterPingReplyInterval(bus.pingTimeout().toMillis())
            .setConnectTimeout(Math.toIntExact(bus.pingTimeout().toMillis()));
    // A connection ends only after the peer has read everything written to it. After minutes
    // without a network TCP waits as long before its next try.
    options.setTcpUserTimeout(Math.toIntExact(silence.toMillis()));
    if (!bus.host().isEmpty()) {
      options.setHost(bus.host());
    }
    if (!bus.publicHost().isEmpty()) {
      options.setClusterPublicHost(bus.publicHost());
    }
    if (bus.publicPort() != 0) {
      options.setClusterPublicPort(bus.publicPort());
    }
    if (bus.tls().enabled()) {
      options
          .setSsl(true)
          .setTrustAll(false)
          .setClientAuth(ClientAuth.REQUIRED)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .setCertPath(readable("certificate", bus.tls().certificate()))
                  .setKeyPath(readable("key", bus.tls().key())))
          .setTrustOptions(new PemTrustOptions().addCertPath(readable("trust", bus.tls().trust())));
    }
    return options;
  }

  /** Returns why this node does not fit the others, as a text for people; null if it fits. */
  public static @Nullable String mismatch(Membership membership) {
    List<Member> members = membership.members();
    if (members.stream().anyMatch(member -> member.getAttribute(Membership.EXCHANGES) == null)) {
      return "a node of an older build is in it, which would not know who listens on this one: all"
          + " nodes of older builds must be stopped first";
    }
    String ours = attribute(members.stream().filter(Member::localMember));
    String theirs = attribute(members.stream().filter(member -> !member.localMember()));
    if (theirs == null || theirs.equals(ours)) {
      return null;
    }
    return "the bus of this node is %s and that of the other nodes is %s: cluster.bus.tls must be"
            .formatted(ours, theirs)
        + " the same on all";
  }

  /** Returns the value; null for none. Members without the attribute are ignored. */
  private static @Nullable String attribute(java.util.stream.Stream<Member> members) {
    return members
        .map(member -> member.getAttribute(BUS))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static String readable(String key, String file) {
    Path path = Home.find(file).orElse(Path.of(file));
    if (!Files.isReadable(path)) {
      throw new IllegalArgumentException("cluster.bus.tls." + key + " " + file + ": no such file");
    }
    return path.toString();
  }

  /**
   * Makes a map discard the data of a part of the cluster that was cut off.
   *
   * @param name name of the map; its other settings in cluster.xml stay
   */
  private static void discardAtMerge(Config config, String name) {
    config.getMapConfig(name).getMergePolicyConfig().setPolicy(DiscardMergePolicy.class.getName());
  }

  private static void layOver(Config config, ClusterConfig cluster) {
    discardAtMerge(config, STREAMS);
    if (!cluster.name().isEmpty()) {
      config.setClusterName(cluster.name());
    }
    NetworkConfig network = config.getNetworkConfig();
    if (!cluster.host().isEmpty()) {
      network.getInterfaces().clear().addInterface(cluster.host()).setEnabled(true);
    }
    if (cluster.port() != 0) {
      network.setPort(cluster.port());
    }
    if (!cluster.members().isEmpty()) {
      JoinConfig join = network.getJoin();
      join.getKubernetesConfig().setEnabled(false);
      join.getTcpIpConfig().setEnabled(true).setMembers(cluster.members());
    }
    // Otherwise a write counts as done even if its backup did not answer for five seconds.
    config.setProperty("hazelcast.operation.fail.on.indeterminate.state", "true");
    config.setProperty(
        "hazelcast.heartbeat.interval.seconds", Long.toString(cluster.heartBeat().toSeconds()));
    config.setProperty(
        "hazelcast.max.no.heartbeat.seconds", Long.toString(cluster.deadAfter().toSeconds()));
  }

  private static Config read(String file) {
    Optional<Path> found = Home.find(file);
    try {
      if (found.isPresent()) {
        return new FileSystemXmlConfig(found.get().toFile());
      }
      if (file.equals(IN_THE_JAR)) {
        return new ClasspathXmlConfig(IN_THE_JAR);
      }
      throw new IllegalArgumentException("cluster.file " + file + ": there is no such file");
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException("cluster.file " + file + ": cannot be read", e);
    } catch (InvalidConfigurationException e) {
      throw new IllegalArgumentException("cluster.file " + file + ": " + Reason.of(e), e);
    }
  }
}
