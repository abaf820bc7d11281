package io.busbar.config;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of how clients log in.
 *
 * @param users file with lines {@code name:hash} or {@code name:hash:role,role}; empty for none
 * @param http accepted schemes of the Authorization header; a header with another scheme is ignored
 * @param anonymous login name that means no login, with any password; empty for none
 * @param cookie name of a cookie with a token; empty for none
 * @param queryParameter name of a URL parameter with a token; empty for none
 */
public record AuthConfig(
    @MayBeAbsent String users,
    List<Scheme> http,
    @MayBeAbsent String anonymous,
    @MayBeAbsent String cookie,
    @MayBeAbsent String queryParameter,
    Jwt jwt) {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final int LEAST_SECRET = 32;

  /** A scheme of the Authorization header. */
  public enum Scheme {
    /** A token (RFC 6750). */
    BEARER,

    /** A user name and a password (RFC 7617). */
    BASIC;

    /** Returns the name in the configuration. */
    @Override
    public String toString() {
      return RecordTree.name(this);
    }
  }

  public AuthConfig {
    http = List.copyOf(http);
    users = orEmpty(users);
    anonymous = orEmpty(anonymous);
    cookie = orEmpty(cookie);
    queryParameter = orEmpty(queryParameter);
  }

  static AuthConfig defaults() {
    return new AuthConfig(
        "config/users",
        List.of(Scheme.BEARER, Scheme.BASIC),
        "guest",
        "",
        "",
        new Jwt(
            "", "", "", "", "", "sub", "roles", Duration.ofSeconds(10), Duration.ofMinutes(10)));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /**
   * The configuration of JSON Web Tokens (RFC 7519): HS256 with a secret, or RS256 and ES256 with a
   * set of keys.
   *
   * @param secret secret of at least 32 bytes; empty for none
   * @param jwks file or URL of a JSON Web Key Set (RFC 7517); empty for none
   * @param trust PEM file with the authorities for the certificate of that URL; empty for those of
   *     Java
   * @param issuer required value of {@code iss}; empty for any
   * @param audience required value in {@code aud}; empty for any
   * @param user claim with the user's name
   * @param roles claim with the roles, as a list or as words; {@code a.b} means b inside a
   * @param leeway allowed difference between the clocks
   * @param refresh how often the keys are read again
   */
  public record Jwt(
      @MayBeAbsent String secret,
      @MayBeAbsent String jwks,
      @MayBeAbsent String trust,
      @MayBeAbsent String issuer,
      @MayBeAbsent String audience,
      String user,
      String roles,
      Duration leeway,
      Duration refresh) {
    public Jwt {
      secret = orEmpty(secret);
      jwks = orEmpty(jwks);
      trust = orEmpty(trust);
      issuer = orEmpty(issuer);
      audience = orEmpty(audience);
      boolean strong =
          secret.isEmpty() || secret.getBytes(StandardCharsets.UTF_8).length >= LEAST_SECRET;
      Checks.require(strong, "secret", "must have " + LEAST_SECRET + " bytes or more");
      boolean one = secret.isEmpty() || jwks.isEmpty();
      Checks.require(one, "jwks", "cannot be used beside secret");
      Checks.require(isSafe(jwks), "jwks", "must be a file, or a URL that begins with https://");
      Checks.text("user", user);
      Checks.text("roles", roles);
      Checks.between("leeway", leeway.toSeconds(), 0, 300);
      Checks.between("refresh", refresh.toSeconds(), 1, 86_400);
    }

    /** Anybody could replace keys that come in clear text. */
    private static boolean isSafe(String jwks) {
      return !jwks.startsWith("http://") || LOOPBACK.contains(URI.create(jwks).getHost());
    }

    /** Returns whether tokens are accepted at all. */
    public boolean isOn() {
      return !secret.isEmpty() || !jwks.isEmpty();
    }

    @Override
    public String toString() {
      return "Jwt[jwks=" + jwks + ", issuer=" + issuer + ", audience=" + audience + "]";
    }
  }
}
