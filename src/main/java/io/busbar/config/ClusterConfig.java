package io.busbar.config;

import java.time.Duration;
import java.util.List;

/**
 * Several nodes as one gateway.
 *
 * @param file Hazelcast's configuration: in the working directory, beside the jar, or in it
 * @param name only nodes of one name join each other; empty takes the file's
 * @param host where Hazelcast listens; empty takes the file's interface
 * @param port of Hazelcast, or the next that is free; 0 takes the file's
 * @param members who is asked to join; the file's way of finding them when empty
 * @param heartBeat how often members tell each other that they live
 * @param deadAfter this silence makes a member a dead one
 * @param linger how long a channel stays registered after its last subscriber
 * @param selfCheck how often a node asks others whether they reach it
 * @param bus the connections that carry messages between nodes
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
   * The connections that carry messages between nodes.
   *
   * @param host where a node listens; empty takes Hazelcast's address
   * @param port 0 takes a free one
   * @param publicHost what other nodes connect to; empty is the host
   * @param publicPort 0 is the port
   * @param pingInterval how often a peer is pinged
   * @param pingTimeout a peer that has not answered by then is given up
   * @param backlog bytes that may wait for a peer; what comes beyond them is dropped
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
   * Encryption of the bus, with certificates on both sides; PEM files.
   *
   * @param certificate this node's
   * @param key of the certificate
   * @param trust who has signed the certificates of all nodes
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

    /** Whether the bus is encrypted. */
    public boolean enabled() {
      return !certificate.isEmpty();
    }
  }
}
