package io.busbar.protocol;

import io.busbar.config.AuthConfig;
import io.busbar.config.AuthConfig.Scheme;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;

/** What a 401 says to somebody who showed nothing: how to log in. */
public final class LoginChallenge {
  private static final Map<Scheme, String> CHALLENGES =
      Map.of(Scheme.BEARER, "Bearer", Scheme.BASIC, "Basic realm=\"busbar\", charset=\"UTF-8\"");

  private LoginChallenge() {}

  /** Adds a header for each scheme that the config names. */
  public static void add(HttpServerResponse response, AuthConfig config) {
    List<Scheme> schemes = config.http().isEmpty() ? List.of(Scheme.BEARER) : config.http();
    // A line each: browsers do not find the first of two in one.
    schemes.forEach(scheme -> response.headers().add("WWW-Authenticate", CHALLENGES.get(scheme)));
  }
}
