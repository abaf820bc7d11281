package io.busbar.config;

import java.time.Duration;
import java.util.List;

/**
 * STOMP 1.0, 1.1 and 1.2: over TCP, over WebSocket at the path, and in SockJS below it.
 *
 * @param host where TCP listens
 * @param port of TCP; 0 takes a free one
 * @param plain whether that port listens; false where all must come by TLS
 * @param tlsPort of TCP over TLS, which listens where tls has a certificate; 0 takes a free one
 * @param proxies addresses and networks (CIDR) that may speak the PROXY protocol
 * @param proxyProtocol every TCP connection begins with HAProxy's PROXY header; only from the
 *     proxies
 * @param connectTimeout a client that has not sent a whole CONNECT by then is dropped
 * @param heartBeat how often we send, and want to hear, a heart-beat; 0s for never
 * @param selectors that one client may have at once
 * @param destinations the first whose prefix a destination has counts
 * @param unknownFeatures what becomes of a frame that asks for what other brokers have and we do
 *     not
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
   * What a frame may be, beside limits.message-size for its body.
   *
   * @param headers how many lines
   * @param headerLength bytes of such a line
   */
  public record Frames(int headers, Size headerLength) {
    public Frames {
      Checks.between("headers", headers, 10, 10_000);
      Checks.between("header-length", headerLength, 128, 1 << 20);
    }
  }

  /**
   * What one client may leave uncommitted.
   *
   * @param open transactions at once
   * @param frames in all of them
   * @param size of their frames together
   * @param totalSize of those of all clients of this node
   */
  public record Transactions(int open, int frames, Size size, Size totalSize) {
    public Transactions {
      Checks.between("open", open, 1, 10_000);
      Checks.between("frames", frames, 1, 1_000_000);
      Checks.between("size", size, 128, 1 << 30);
      Checks.between("total-size", totalSize, 128, 1L << 40);
    }
  }

  /**
   * What becomes of a header that names a feature of other brokers which this one does not have.
   */
  public enum UnknownFeatures {
    /** The frame is refused with an ERROR that names it. */
    ERROR,
    /** It is an ordinary header. */
    IGNORE
  }

  /** What a destination is. */
  public enum DestinationKind {
    /** A channel: everyone who listens hears. */
    TOPIC,
    /** One of the consumers gets each message. */
    QUEUE,
    /** One of those who listen is asked; the receipt says that it answered. */
    REQUEST
  }

  /**
   * What destinations mean that begin alike.
   *
   * @param prefix what they begin with
   * @param address what their addresses have in its place
   */
  public record DestinationRule(String prefix, DestinationKind kind, @MayBeAbsent String address) {
    public DestinationRule {
      Checks.text("prefix", prefix);
      address = address == null ? "" : address;
    }
  }
}
