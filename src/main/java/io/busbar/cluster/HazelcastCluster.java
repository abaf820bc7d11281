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

/** Joins this node to the others, as Hazelcast's file and the configuration laid over it say. */
public final class HazelcastCluster {
  /** The map of Hazelcast with the streams' messages, as cluster.xml calls it. */
  public static final String STREAMS = "busbar.stream";

  /** The attribute of each member that names its node, the same as long as that lives. */
  public static final String NODE = "busbar.node";

  /** The attribute of each member that takes features at run time. */
  private static final String TAKES_FEATURES = "busbar.takes-features";

  private static final String IN_THE_JAR = "cluster.xml";
  private static final String BUS = "busbar.bus";
  private static final String ENCRYPTED = "encrypted";
  private static final String PLAIN = "plain";

  // Held, because java.util.logging forgets the level of a logger that nobody holds.
  private static final Logger CP_SUBSYSTEM = Logger.getLogger("com.hazelcast.cp.CPSubsystem");

  private HazelcastCluster() {}

  /**
   * A manager for a clustered Vert.x.
   *
   * @param takesFeatures whether features may come to this node while it runs
   * @throws IllegalArgumentException when the file is missing or wrong, with words for people
   */
  public static Membership membership(ClusterConfig cluster, boolean takesFeatures) {
    System.setProperty("hazelcast.logging.type", "jdk");
    // Vert.x asks for the subsystem's counters and locks, and Hazelcast warns that three nodes in
    // agreement would be safer. That is for an operator of three nodes to decide, not to read.
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

  /** The nodes that features may come to while they run. */
  public static Set<String> nodesWithFeatures(Membership membership) {
    return membership.members().stream()
        .filter(member -> "true".equals(member.getAttribute(TAKES_FEATURES)))
        .map(member -> member.getAttribute(NODE))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Tells of it when Hazelcast finds that there is no memory left, instead of leaving. */
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
   * What the bus between the nodes is to be.
   *
   * @throws IllegalArgumentException when a file is missing, with words for people
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
    // A connection that is given up waits with its end until the peer has read what was written.
    // After a cut of minutes TCP tries that again only after as long.
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

  /** Why this node does not belong to those it has joined, in words for people; null if it does. */
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

  /** Null for nobody; members that say nothing are asked nothing. */
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
   * A map of which the part of a cluster that was cut off brings nothing back.
   *
   * @param name as cluster.xml calls it, where it says something of it; all else stays as it is
   *     said
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
    // Without it a write counts as done when its backup did not answer for five seconds.
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
      throw new IllegalArgumentException("cluster.file " + file + ": " + e.getMessage(), e);
    }
  }
}
