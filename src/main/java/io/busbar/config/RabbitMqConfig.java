package io.busbar.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The configuration of RabbitMQ: its queues and exchanges, connected to addresses.
 *
 * @param uri amqp or amqps URIs, tried in turn
 * @param heartBeat a connection that is silent for twice this time is given up
 * @param drainTimeout time limit for messages under way when the gateway stops
 * @param messageSize maximum size of a message from RabbitMQ
 */
public record RabbitMqConfig(
    @OneOrMore List<String> uri,
    Tls tls,
    Duration connectTimeout,
    Duration heartBeat,
    BackOff backOff,
    Duration drainTimeout,
    Size messageSize,
    List<RabbitMqRoute> routes) {
  private static final String LIKE = "must be like amqp://user:password@host:5672/%2F";
  private static final String ESCAPED = ", with % for what a URI cannot hold";

  public RabbitMqConfig {
    uri = List.copyOf(uri);
    routes = List.copyOf(routes);
    Checks.require(!uri.isEmpty(), "uri", "must not be empty");
    for (int i = 0; i < uri.size(); i++) {
      checkUri("uri[" + i + "]", uri.get(i));
    }
    Checks.between("connect-timeout", connectTimeout.toMillis(), 1, Integer.MAX_VALUE);
    Checks.between("heart-beat", heartBeat.toSeconds(), 1, 3600);
    Checks.positive("drain-timeout", drainTimeout);
    Checks.between("message-size", messageSize, 128, 64 << 20);
    for (int i = 0; i < routes.size(); i++) {
      for (int j = 0; j < i; j++) {
        String what = "is that of routes[" + j + "], too; give one of them a name";
        boolean different = !routes.get(i).name().equals(routes.get(j).name());
        Checks.require(different, "routes[" + i + "].name", what);
      }
    }
  }

  static RabbitMqConfig defaults() {
    return new RabbitMqConfig(
        List.of("amqp://127.0.0.1:5672/%2F"),
        new Tls("", true),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        new BackOff(Duration.ofMillis(500), Duration.ofSeconds(30)),
        Duration.ofSeconds(5),
        Size.ofMiB(1),
        List.of());
  }

  /** Returns the URIs without passwords. */
  public List<String> maskedUris() {
    return uri.stream().map(Secrets::mask).toList();
  }

  private static void checkUri(String key, String value) {
    try {
      URI uri = new URI(value);
      boolean scheme = uri.getScheme() != null && Set.of("amqp", "amqps").contains(uri.getScheme());
      Checks.require(scheme && uri.getHost() != null, key, LIKE);
      Checks.require(uri.getRawPath().indexOf('@') < 0, key, LIKE + ESCAPED);
    } catch (URISyntaxException e) {
      throw new ConfigException(key, LIKE + ESCAPED);
    }
  }

  /**
   * The certificates that amqps trusts.
   *
   * @param ca PEM file with certificate authorities; empty for those of Java
   * @param verifyHost whether the certificate must be for the host of the URI
   */
  public record Tls(@MayBeAbsent String ca, boolean verifyHost) {
    public Tls {
      ca = ca == null ? "" : ca;
    }
  }
}
