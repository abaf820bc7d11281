package io.busbar.config;

import java.time.Duration;
import java.util.List;

/**
 * The configuration of STOMP 1.0, 1.1 and 1.2: over TCP, over WebSocket at the path, and in SockJS
 * below it.
 *
 * @param host host to listen on for TCP
 * @param port TCP port; 0 takes a free port
 * @param plain whether that port is open; false where all clients must use TLS
 * @param tlsPort TCP port with TLS, open where tls has a certificate; 0 takes a free port
 * @param proxies addresses and networks (CIDR) that may use the PROXY protocol
 * @param proxyProtocol every TCP connection begins with HAProxy's PROXY header, and only proxies
 *     may send it
 * @param connectTimeout a client that has not sent a complete CONNECT within this time is dropped
 * @param heartBeat interval of heart-beats in both directions; 0s for none
 * @param selectors number of selectors that one client may have at once
 * @param destinations the first rule with a prefix of the destination counts
 * @param unknownFeatures what happens to a frame that needs a feature of other brokers
 */
public record StompConfig(
    String host,
    int port,
    boolean plain,
    int tlsPort,
    TlsConfig tls,
    List<String> proxies,
    boolean proxyProtocol,
    String path,
    Frames frames,
    Duration connectTimeout,
    Duration heartBeat,
    Transactions transactions,
    int selectors,
    List<DestinationRule> destinations,
    UnknownFeatures unknownFeatures)
    implements TcpPort {
  public StompConfig {
    proxies = List.copyOf(proxies);
    Checks.tcp(host, port, plain, tlsPort, tls, proxies, proxyProtocol);
    Checks.path("path", path);
    Checks.positive("connect-timeout", connectTimeout);
    Checks.between("selectors", selectors, 0, 1_000_000);
    Checks.between("heart-beat", heartBeat.toMillis(), 0, Integer.MAX_VALUE);
    destinations = List.copyOf(destinations);
  }

  static StompConfig defaults() {
    return new StompConfig(
        "127.0.0.1",
        61613,
        true,
        61614,
        TlsConfig.none(),
        List.of(),
        false,
        "/stomp",
        new Frames(100, Size.ofKiB(8)),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        new Transactions(16, 1000, Size.ofMiB(1), Size.ofMiB(16)),
        100,
        List.of(
            new DestinationRule("/queue/stocks.", DestinationKind.TOPIC, "stocks."),
            new DestinationRule("/topic/", DestinationKind.TOPIC, ""),
            new DestinationRule("/queue/", DestinationKind.QUEUE, ""),
            new DestinationRule("/request/", DestinationKind.REQUEST, "")),
        UnknownFeatures.ERROR);
  }

  /**
   * The limits of a frame; limits.message-size is the limit of its body.
   *
   * @param headers number of header lines
   * @param headerLength bytes of a header line
   */
  public record Frames(int headers, Size headerLength) {
    public Frames {
      Checks.between("headers", headers, 10, 10_000);
      Checks.between("header-length", headerLength, 128, 1 << 20);
    }
  }

  /**
   * The limits of what one client may leave uncommitted.
   *
   * @param open number of open transactions
   * @param frames number of frames in all of them
   * @param size size of their frames together
   * @param totalSize size of the frames of all clients of this node
   */
  public record Transactions(int open, int frames, Size size, Size totalSize) {
    public Transactions {
      Checks.between("open", open, 1, 10_000);
      Checks.between("frames", frames, 1, 1_000_000);
      Checks.between("size", size, 128, 1 << 30);
      Checks.between("total-size", totalSize, 128, 1L << 40);
    }
  }

  /** What happens to a header that names a feature of other brokers which this gateway lacks. */
  public enum UnknownFeatures {
    /** The frame is refused with an ERROR that names the header. */
    ERROR,
    /** It counts as an ordinary header. */
    IGNORE
  }

  /** The kind of a destination. */
  public enum DestinationKind {
    /** A channel: all listeners hear a message. */
    TOPIC,
    /** A queue: one of the consumers gets each message. */
    QUEUE,
    /** A request to one listener; the receipt says that it has answered. */
    REQUEST
  }

  /**
   * The meaning of the destinations with one prefix.
   *
   * @param prefix beginning of these destinations
   * @param address text that replaces the prefix in their addresses
   */
  public record DestinationRule(String prefix, DestinationKind kind, @MayBeAbsent String address) {
    public DestinationRule {
      Checks.text("prefix", prefix);
      address = address == null ? "" : address;
    }
  }
}
