package io.busbar.config;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How clients say who they are.
 *
 * @param users a file of lines {@code name:hash} or {@code name:hash:role,role}; empty for none
 * @param http the schemes of the Authorization header that are looked at; what has another one is
 *     as if it were not there
 * @param anonymous a login name that means nobody, whatever the password; empty for none
 * @param cookie the name of a cookie that has a token; empty for none
 * @param queryParameter the name of a parameter in the URL that has a token; empty for none
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

  /** How an Authorization header says who somebody is. */
  public enum Scheme {
    /** A token (RFC 6750). */
    BEARER,

    /** A user and a password (RFC 7617). */
    BASIC;

    /** As the configuration has it. */
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
   * JSON Web Tokens (RFC 7519): HS256 with a secret, or RS256 and ES256 with a set of keys.
   *
   * @param secret of at least 32 bytes; empty for none
   * @param jwks a file or URL of a JSON Web Key Set (RFC 7517); empty for none
   * @param trust a PEM file of who may sign the certificate of that URL; empty for those of Java
   * @param issuer what {@code iss} must be; empty for anything
   * @param audience what {@code aud} must name; empty for anything
   * @param user the claim that has the user's name
   * @param roles the claim that has the roles, {@code a.b} being b inside a: a list, or words
   * @param leeway how far the clocks may be apart
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

    /** Keys that come in clear text could be anybody's. */
    private static boolean isSafe(String jwks) {
      return !jwks.startsWith("http://") || LOOPBACK.contains(URI.create(jwks).getHost());
    }

    /** Whether tokens are taken at all. */
    public boolean isOn() {
      return !secret.isEmpty() || !jwks.isEmpty();
    }

    @Override
    public String toString() {
      return "Jwt[jwks=" + jwks + ", issuer=" + issuer + ", audience=" + audience + "]";
    }
  }
}
