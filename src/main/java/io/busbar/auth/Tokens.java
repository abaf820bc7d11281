package io.busbar.auth;

import io.busbar.config.AuthConfig.Jwt;
import io.busbar.hub.Principal;
import io.busbar.protocol.LoginException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The check of JSON Web Tokens (RFC 7519). The configuration decides which algorithms are accepted,
 * not the token: the header is checked before a key is chosen. Any thread may use it.
 */
final class Tokens {
  private static final System.Logger LOG = System.getLogger("io.busbar.auth");
  private static final int LONGEST = 8 << 10;
  private static final int LONGEST_NAME = 256;
  private static final Set<String> WITH_SECRET = Set.of("HS256");
  private static final Set<String> WITH_KEYS = Set.of("RS256", "ES256");

  private record Checker(List<JsonObject> keys, JWTAuth auth) {}

  private final Vertx vertx;
  private final Jwt config;
  private final @Nullable KeySet keys;
  private final Set<String> algorithms;
  private volatile @Nullable Checker checker;

  /** Returns the check with the keys of the configuration. */
  static @Nullable Tokens of(Vertx vertx, Jwt config) {
    boolean secret = !config.secret().isEmpty();
    return new Tokens(vertx, config, secret ? null : new KeySet(vertx, config, System::nanoTime));
  }

  /**
   * @param keys null for a configuration with a secret
   */
  Tokens(Vertx vertx, Jwt config, @Nullable KeySet keys) {
    this.vertx = vertx;
    this.config = config;
    boolean secret = keys == null;
    this.algorithms = secret ? WITH_SECRET : WITH_KEYS;
    this.keys = keys;
    if (secret) {
      PubSecKeyOptions key =
          new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(config.secret());
      checker = new Checker(List.of(), JWTAuth.create(vertx, options().addPubSecKey(key)));
    }
  }

  /** Will read the keys; a key set that cannot be read yet is tried again later. */
  Future<Void> start() {
    return keys == null ? Future.succeededFuture() : keys.read().otherwiseEmpty();
  }

  void close() {
    if (keys != null) {
      keys.close();
    }
  }

  /** Returns whether the text has the form of a token; a password may have it, too. */
  static boolean isToken(String text) {
    return text.startsWith("ey") && text.split("\\.", -1).length == 3;
  }

  Future<Principal> check(String token) {
    JsonObject header = token.length() > LONGEST ? null : header(token);
    if (header == null
        || !(header.getValue("alg") instanceof String alg)
        || !algorithms.contains(alg)
        || header.containsKey("crit")) {
      return Future.failedFuture(LoginException.WRONG);
    }
    if (keys == null || knows(keys, header)) {
      return verify(token);
    }
    return keys.readForUnknown()
        .compose(
            read ->
                knows(keys, header) ? verify(token) : Future.failedFuture(LoginException.WRONG));
  }

  private static boolean knows(KeySet keys, JsonObject header) {
    Object kid = header.getValue("kid");
    return keys.keys().stream()
        .anyMatch(
            key ->
                key.getValue("alg").equals(header.getValue("alg"))
                    && (kid == null || kid.equals(key.getValue("kid"))));
  }

  private Future<Principal> verify(String token) {
    JWTAuth auth = checker();
    Future<User> checked;
    try {
      checked = auth.authenticate(new TokenCredentials(token));
    } catch (RuntimeException e) {
      // The signature is right, but a claim has an unexpected type.
      JsonObject claims = part(token.split("\\.", -1)[1]);
      return Future.failedFuture(refuse(claims == null ? null : Claims.fault(claims)));
    }
    return checked
        .map(user -> principal(user.attributes().getJsonObject("accessToken")))
        .recover(e -> Future.failedFuture(LoginException.WRONG));
  }

  /** The issuer of the tokens should know; the log counts repeated lines. */
  private static LoginException refuse(@Nullable String fault) {
    LOG.log(
        System.Logger.Level.WARNING,
        "a token was refused though its signature is right: {0}",
        fault == null ? "its claims cannot be read" : fault);
    return LoginException.WRONG;
  }

  private JWTAuth checker() {
    Checker now = checker;
    if (now == null || keys != null && now.keys() != keys.keys()) {
      JWTAuthOptions options = options();
      List<JsonObject> known = keys == null ? List.of() : keys.keys();
      known.forEach(key -> options.addJwk(key.copy()));
      now = new Checker(known, JWTAuth.create(vertx, options));
      checker = now;
    }
    return now.auth();
  }

  /** The library checks only the signature, because the claims are checked after their types. */
  private static JWTAuthOptions options() {
    return new JWTAuthOptions().setJWTOptions(new JWTOptions().setIgnoreExpiration(true));
  }

  private static @Nullable JsonObject header(String token) {
    String[] parts = token.split("\\.", -1);
    return parts.length != 3 || parts[2].isEmpty() ? null : part(parts[0]);
  }

  /** Returns the JSON object; null where it is none. */
  private static @Nullable JsonObject part(String encoded) {
    try {
      byte[] decoded = Base64.getUrlDecoder().decode(encoded);
      return new JsonObject(new String(decoded, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException | DecodeException e) {
      return null;
    }
  }

  /** Returns the principal. A token must name its user and its end. */
  private Principal principal(JsonObject claims) {
    String fault = Claims.fault(claims);
    if (fault != null) {
      throw refuse(fault);
    }
    Object name = find(claims, config.user());
    String user = name instanceof String text && text.length() <= LONGEST_NAME ? text : "";
    boolean plain = !user.isBlank() && user.chars().noneMatch(Character::isISOControl);
    boolean current =
        Claims.areCurrent(claims, System.currentTimeMillis() / 1000, config.leeway().toSeconds());
    boolean issued = config.issuer().isEmpty() || config.issuer().equals(claims.getValue("iss"));
    boolean ours = config.audience().isEmpty() || Claims.areFor(claims, config.audience());
    if (!plain || !current || !issued || !ours) {
      throw LoginException.WRONG;
    }
    long expires = claims.getLong("exp") * 1000 + config.leeway().toMillis();
    return new Principal(user, roles(find(claims, config.roles())), expires);
  }

  private static Set<String> roles(@Nullable Object claim) {
    Set<String> roles = new HashSet<>();
    if (claim instanceof JsonArray list) {
      list.stream().filter(String.class::isInstance).forEach(role -> roles.add((String) role));
    } else if (claim instanceof String words && !words.isBlank()) {
      roles.addAll(List.of(words.strip().split("[\\s,]+")));
    }
    return roles;
  }

  private static @Nullable Object find(JsonObject claims, String path) {
    Object found = claims.getValue(path);
    if (found != null) {
      return found;
    }
    found = claims;
    for (String step : path.split("\\.")) {
      found = found instanceof JsonObject inside ? inside.getValue(step) : null;
    }
    return found;
  }
}
