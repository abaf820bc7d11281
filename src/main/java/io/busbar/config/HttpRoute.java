package io.busbar.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * A path of the HTTP port at which a feature answers: each request is one question on the bus.
 *
 * @param path with {@code /*} at its end all that is below it
 * @param methods those that are let through; all but HEAD without the key. GET brings HEAD along
 * @param address where the feature listens
 * @param login whether a client must say who it is
 * @param maxBody bytes of a request's body
 * @param timeout that the answer may take
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

  /** The methods that a feature may answer. */
  public enum Method {
    GET,
    HEAD,
    POST,
    PUT,
    PATCH,
    DELETE
  }

  /** Whether a client must have logged in. What is wrong is refused either way. */
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

  /** The path without its star. */
  public String base() {
    return base(path);
  }

  /** Whether the path stands for all that is below it, and not for itself. */
  public boolean isForAllBelow() {
    return path.endsWith(ALL_BELOW);
  }

  /** Whether a request for that path is the route's. */
  public boolean matches(String asked) {
    return isForAllBelow() ? asked.startsWith(base() + "/") : asked.equals(path);
  }

  /** Whether a path can be the route's and that of an endpoint, which has all below its own. */
  boolean meets(String endpoint) {
    return isAtOrBelow(base(), endpoint) || isForAllBelow() && isAtOrBelow(endpoint, base());
  }

  private static boolean isAtOrBelow(String path, String other) {
    return path.equals(other) || path.startsWith(other + "/");
  }

  /**
   * Whether the path can be a service's, too. What services take at their own path is GET: a
   * WebSocket, and SockJS's greeting.
   */
  public boolean leavesGet() {
    return !isForAllBelow() && !methods.contains(Method.GET) && !methods.contains(Method.HEAD);
  }

  /** Whether a client must have logged in. */
  public boolean needsLogin() {
    return login == Login.REQUIRED;
  }

  /** What a client may do: its methods, and what comes along with them. */
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

  /** The method as the feature is told of it: GET for HEAD where that is taken, else itself. */
  public String asked(String method) {
    return method.equals(Method.HEAD.name()) && methods.contains(Method.GET)
        ? Method.GET.name()
        : method;
  }
}
