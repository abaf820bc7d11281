package io.busbar.protocol;

import io.busbar.config.AuthConfig;
import io.busbar.config.AuthConfig.Scheme;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;

/** The challenge of a 401 response for a client without a login: how to log in. */
public final class LoginChallenge {
  private static final Map<Scheme, String> CHALLENGES =
      Map.of(Scheme.BEARER, "Bearer", Scheme.BASIC, "Basic realm=\"busbar\", charset=\"UTF-8\"");

  private LoginChallenge() {}

  /** Adds a header for each scheme in the configuration. */
  public static void add(HttpServerResponse response, AuthConfig config) {
    List<Scheme> schemes = config.http().isEmpty() ? List.of(Scheme.BEARER) : config.http();
    // Each challenge has its own header, because browsers do not find a second one in the same.
    schemes.forEach(scheme -> response.headers().add("WWW-Authenticate", CHALLENGES.get(scheme)));
  }
}
