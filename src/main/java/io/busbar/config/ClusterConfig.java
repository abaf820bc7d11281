package io.busbar.config;

import java.time.Duration;
import java.util.List;

/**
 * The configuration of a cluster: several nodes that work as one gateway.
 *
 * @param file Hazelcast's configuration file: in the working directory, beside the jar, or in it
 * @param name only nodes with the same name join each other; empty for the file's name
 * @param host host that Hazelcast listens on; empty for the file's interface
 * @param port port of Hazelcast, or the next free one; 0 for the file's port
 * @param members hosts that a node asks to join; empty for the file's way to find members
 * @param heartBeat interval of the heart-beats between members
 * @param deadAfter a member that is silent for this long counts as dead
 * @param linger how long a channel stays registered after its last subscriber has left
 * @param selfCheck how often a node asks others whether they can reach it
 * @param bus connections that carry messages between nodes
 */
public record ClusterConfig(
    boolean enabled,
    String file,
    @MayBeAbsent String name,
    @MayBeAbsent String host,
    int port,
    List<String> members,
    Duration heartBeat,
    Duration deadAfter,
    Duration linger,
    Duration selfCheck,
    Bus bus) {
  public ClusterConfig {
    Checks.text("file", file);
    name = name == null ? "" : name;
    host = host == null ? "" : host;
    Checks.port("port", port);
    members = List.copyOf(members);
    for (int i = 0; i < members.size(); i++) {
      Checks.text("members[" + i + "]", members.get(i));
    }
    Checks.between("heart-beat", heartBeat.toSeconds(), 1, 60);
    Checks.require(
        deadAfter.compareTo(heartBeat.multipliedBy(2)) > 0,
        "dead-after",
        "must be more than two heart-beats");
    Checks.notNegative("linger", linger);
    Checks.between("self-check", selfCheck.toMillis(), 100, 3_600_000);
  }

  static ClusterConfig defaults() {
    return new ClusterConfig(
        false,
        "cluster.xml",
        "",
        "",
        0,
        List.of(),
        Duration.ofSeconds(2),
        Duration.ofSeconds(12),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        new Bus(
            "",
            0,
            "",
            0,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Size.ofMiB(32),
            new BusTls("", "", "")));
  }

  /**
   * The configuration of the connections that carry messages between nodes.
   *
   * @param host host to listen on; empty for Hazelcast's address
   * @param port 0 takes a free port
   * @param publicHost host that other nodes connect to; empty for the host
   * @param publicPort port that other nodes connect to; 0 for the port
   * @param pingInterval interval of the pings to a peer
   * @param pingTimeout a peer that does not answer a ping within this time is given up
   * @param backlog bytes that may wait for a peer; messages beyond it are dropped
   */
  public record Bus(
      @MayBeAbsent String host,
      int port,
      @MayBeAbsent String publicHost,
      int publicPort,
      Duration pingInterval,
      Duration pingTimeout,
      Size backlog,
      BusTls tls) {
    public Bus {
      host = host == null ? "" : host;
      publicHost = publicHost == null ? "" : publicHost;
      Checks.port("port", port);
      Checks.port("public-port", publicPort);
      Checks.positive("ping-interval", pingInterval);
      Checks.positive("ping-timeout", pingTimeout);
      Checks.between("backlog", backlog, 64 << 10, 1 << 30);
    }
  }

  /**
   * The encryption of the bus with certificates on both sides, as PEM files.
   *
   * @param certificate certificate of this node
   * @param key key of the certificate
   * @param trust authorities of the certificates of all nodes
   */
  public record BusTls(
      @MayBeAbsent String certificate, @MayBeAbsent String key, @MayBeAbsent String trust) {
    public BusTls {
      certificate = certificate == null ? "" : certificate;
      key = key == null ? "" : key;
      trust = trust == null ? "" : trust;
      boolean none = certificate.isEmpty() && key.isEmpty() && trust.isEmpty();
      boolean all = !certificate.isEmpty() && !key.isEmpty() && !trust.isEmpty();
      Checks.require(all || none, "certificate", "needs key and trust beside it");
    }

    /** Returns whether the bus is encrypted. */
    public boolean enabled() {
      return !certificate.isEmpty();
    }
  }
}
