package io.busbar.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * A path of the HTTP port that a feature serves: each HTTP request is one request on the bus.
 *
 * @param path path; with {@code /*} at its end everything below it
 * @param methods accepted methods; null for all except HEAD. GET includes HEAD
 * @param address address of the feature
 * @param login whether a client must log in
 * @param maxBody maximum size of a request's body
 * @param timeout time limit for the answer
 */
public record HttpRoute(
    String path,
    @MayBeAbsent List<Method> methods,
    String address,
    @MayBeAbsent Login login,
    @MayBeAbsent Size maxBody,
    @MayBeAbsent Duration timeout) {
  private static final String ALL_BELOW = "/*";
  private static final List<String> NOT_FEATURES = List.of("busbar.", "__vertx.");

  /** A method that a feature may serve. */
  public enum Method {
    GET,
    HEAD,
    POST,
    PUT,
    PATCH,
    DELETE
  }

  /** Whether a client must log in. A wrong login is refused in both cases. */
  public enum Login {
    OPTIONAL,
    REQUIRED
  }

  public HttpRoute {
    Checks.path("path", base(path));
    Checks.text("address", address);
    boolean ours = NOT_FEATURES.stream().anyMatch(address::startsWith);
    Checks.require(!ours, "address", "must not be one of the gateway's own");
    methods =
        methods == null
            ? List.of(Method.GET, Method.POST, Method.PUT, Method.PATCH, Method.DELETE)
            : List.copyOf(new LinkedHashSet<>(methods));
    Checks.require(!methods.isEmpty(), "methods", "must not be empty");
    login = login == null ? Login.OPTIONAL : login;
    maxBody = maxBody == null ? Size.ofKiB(64) : maxBody;
    Checks.between("max-body", maxBody, 0, 64 << 20);
    timeout = timeout == null ? Duration.ofSeconds(30) : timeout;
    Checks.positive("timeout", timeout);
    Checks.between("timeout", timeout.toMillis(), 1, 3_600_000);
  }

  @SuppressWarnings("NullAway") // what is absent has its default
  static HttpRoute ofPost(String path, String address) {
    return new HttpRoute(path, List.of(Method.POST), address, null, null, null);
  }

  private static String base(String path) {
    return path.endsWith(ALL_BELOW) ? path.substring(0, path.length() - ALL_BELOW.length()) : path;
  }

  /** Returns the path without its star. */
  public String base() {
    return base(path);
  }

  /** Returns whether the route has everything below the path, and not the path itself. */
  public boolean isForAllBelow() {
    return path.endsWith(ALL_BELOW);
  }

  /** Returns whether a request for that path belongs to the route. */
  public boolean matches(String asked) {
    return isForAllBelow() ? asked.startsWith(base() + "/") : asked.equals(path);
  }

  /**
   * Returns whether the route and an endpoint, with everything below its path, have a path in
   * common.
   */
  boolean meets(String endpoint) {
    return isAtOrBelow(base(), endpoint) || isForAllBelow() && isAtOrBelow(endpoint, base());
  }

  private static boolean isAtOrBelow(String path, String other) {
    return path.equals(other) || path.startsWith(other + "/");
  }

  /**
   * Returns whether a service may have the path, too. At its own path a service uses only GET, for
   * a WebSocket and for SockJS's greeting.
   */
  public boolean leavesGet() {
    return !isForAllBelow() && !methods.contains(Method.GET) && !methods.contains(Method.HEAD);
  }

  /** Returns whether a client must log in. */
  public boolean needsLogin() {
    return login == Login.REQUIRED;
  }

  /** Returns the methods that a client may use, with those that are added to them. */
  public List<String> allowed() {
    List<String> names = new ArrayList<>();
    for (Method method : Method.values()) {
      if (methods.contains(method) || method == Method.HEAD && methods.contains(Method.GET)) {
        names.add(method.name());
      }
    }
    names.add("OPTIONS");
    return names;
  }

  /**
   * Returns the method that the feature gets: GET for HEAD where GET is accepted, otherwise the
   * same.
   */
  public String asked(String method) {
    return method.equals(Method.HEAD.name()) && methods.contains(Method.GET)
        ? Method.GET.name()
        : method;
  }
}
