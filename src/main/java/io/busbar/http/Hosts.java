package io.busbar.http;

import io.busbar.config.HostName;
import io.busbar.config.HostPattern;
import io.busbar.config.HttpConfig;
import io.busbar.config.Origins;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The names that the HTTP port accepts. With DNS rebinding, a page of the Internet asks for its own
 * name, which points here. Such a name has a dot and is not in {@code .localhost}. So other names
 * and addresses are always accepted. Immutable.
 */
final class Hosts {
  private static final Path MACHINE = Path.of("/proc/sys/kernel/hostname");
  private static final String ANY = "*";
  private static final String LOCAL = ".localhost";

  private final boolean any;
  private final boolean configured;
  private final List<HostPattern> names;

  Hosts(HttpConfig config) {
    Origins origins = new Origins(config.origins());
    configured = !config.hosts().isEmpty();
    any = configured ? config.hosts().contains(ANY) : origins.isEverybody();
    names =
        configured
            ? config.hosts().stream()
                .filter(name -> !name.equals(ANY))
                .map(HostPattern::parse)
                .toList()
            : Stream.concat(
                    Stream.of(config.host(), machine())
                        .map(Hosts::pattern)
                        .flatMap(Optional::stream),
                    origins.hosts().stream())
                .distinct()
                .toList();
  }

  /** Returns the Host header, or what HTTP/2 has instead; null for none. */
  static @Nullable String asked(HttpServerRequest request) {
    String header = request.getHeader(HttpHeaders.HOST);
    if (header == null) {
      HostAndPort authority = request.authority();
      return authority == null ? null : authority.toString();
    }
    return utf8(header);
  }

  /** Names outside of ASCII come as UTF-8, if at all. */
  static String utf8(String header) {
    return new String(header.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** Returns the name in a Host header in its normal form; empty for none. */
  static Optional<String> name(String host) {
    int colon = host.lastIndexOf(':');
    boolean port = colon > host.lastIndexOf(']');
    try {
      return Optional.of(HostName.normal(port ? host.substring(0, colon) : host));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns whether the gateway accepts the name.
   *
   * @param name name in its normal form
   * @param tls whether the client has accepted the gateway's certificate
   */
  boolean answerTo(String name, boolean tls) {
    return any
        || !configured && tls
        || HostName.isAddress(name)
        || name.indexOf('.') < 0
        || name.endsWith(LOCAL)
        || names.stream().anyMatch(pattern -> pattern.matches(name));
  }

  /** Returns the value of http.hosts with that name added. */
  String with(String name) {
    List<String> all = new ArrayList<>();
    names.stream()
        .filter(pattern -> !HostName.isAddress(pattern.name()) && pattern.name().contains("."))
        .forEach(pattern -> all.add(pattern.below() ? "'" + pattern + "'" : pattern.toString()));
    all.add(name);
    return all.stream().collect(Collectors.joining(", ", "http.hosts: [", "]"));
  }

  private static Optional<HostPattern> pattern(String host) {
    return name(host.indexOf(':') < 0 ? host : "[" + host + "]")
        .map(name -> new HostPattern(name, false));
  }

  /** Reads the name from the system, because a name server could be slow. */
  private static String machine() {
    try {
      return Files.readString(MACHINE).strip();
    } catch (IOException e) {
      String name = System.getenv("COMPUTERNAME");
      return name == null ? "localhost" : name;
    }
  }
}
