package io.busbar.http;

import io.busbar.config.AuthConfig;
import io.busbar.config.AuthConfig.Scheme;
import io.busbar.hub.Principal;
import io.busbar.protocol.Client;
import io.busbar.protocol.LoginException;
import io.busbar.protocol.Logins;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The login on the paths of the endpoints: by Authorization (Basic or Bearer), or by a token in a
 * cookie or parameter of the configuration. A header with another scheme may be for a proxy and is
 * ignored. A client without a login is nobody; a wrong login is a 401. Any thread may use it.
 */
final class LoginCheck implements Handler<RoutingContext> {
  private static final Map<Scheme, String> CHALLENGES =
      Map.of(
          Scheme.BEARER, "Bearer error=\"invalid_token\"",
          Scheme.BASIC, "Basic realm=\"busbar\", charset=\"UTF-8\"");

  private final AuthConfig config;
  private final Logins logins;
  private final EndpointPaths paths;

  LoginCheck(AuthConfig config, Logins logins, EndpointPaths paths) {
    this.config = config;
    this.logins = logins;
    this.paths = paths;
  }

  @Override
  public void handle(RoutingContext routing) {
    Future<Principal> who = paths.contain(routing.request().path()) ? who(routing.request()) : null;
    if (who == null) {
      routing.next();
      return;
    }
    HttpServerRequest request = routing.request();
    boolean upgrade = request.headers().contains(HttpHeaders.UPGRADE);
    request.pause();
    here(routing, who)
        .onSuccess(
            principal -> {
              Client.identify(routing, principal);
              routing.next();
              if (!upgrade && !request.isEnded()) {
                request.resume();
              }
            })
        .onFailure(e -> refuse(routing, e));
  }

  private static <T> Future<T> here(RoutingContext routing, Future<T> elsewhere) {
    Promise<T> promise = ((ContextInternal) routing.vertx().getOrCreateContext()).promise();
    elsewhere.onComplete(promise);
    return promise.future();
  }

  /** Returns the result of the login; null when the request has none. */
  private @Nullable Future<Principal> who(HttpServerRequest request) {
    String from = Client.remoteAddress(request);
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    for (Scheme scheme : header == null ? List.<Scheme>of() : config.http()) {
      String credentials = credentials(header, scheme);
      if (credentials != null) {
        return scheme == Scheme.BASIC ? basic(credentials, from) : logins.token(credentials, from);
      }
    }
    Cookie cookie = config.cookie().isEmpty() ? null : request.getCookie(config.cookie());
    if (cookie != null && !cookie.getValue().isEmpty()) {
      return logins.token(cookie.getValue(), from);
    }
    String parameter =
        config.queryParameter().isEmpty() ? null : request.getParam(config.queryParameter());
    return parameter == null ? null : logins.token(parameter, from);
  }

  /** Returns the text after the scheme; null for another scheme. */
  private static @Nullable String credentials(String header, Scheme scheme) {
    String name = scheme.toString();
    boolean named = header.regionMatches(true, 0, name, 0, name.length());
    boolean whole = header.length() == name.length() || header.startsWith(" ", name.length());
    return named && whole ? header.substring(name.length()).trim() : null;
  }

  private Future<Principal> basic(String encoded, String from) {
    try {
      String text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      if (colon >= 0) {
        return logins.password(text.substring(0, colon), text.substring(colon + 1), from);
      }
    } catch (IllegalArgumentException notBase64) {
      return Future.failedFuture(LoginException.WRONG);
    }
    return Future.failedFuture(LoginException.WRONG);
  }

  private void refuse(RoutingContext routing, Throwable cause) {
    boolean known = cause instanceof LoginException;
    boolean busy = cause == LoginException.BUSY;
    int status = busy ? 429 : known ? 401 : 500;
    if (status == 401) {
      List<Scheme> schemes = config.http().isEmpty() ? List.of(Scheme.BEARER) : config.http();
      // Each challenge has its own header, because browsers do not find a second one in the same.
      schemes.forEach(
          scheme -> routing.response().headers().add("WWW-Authenticate", CHALLENGES.get(scheme)));
    }
    routing
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=UTF-8")
        .end((known ? cause.getMessage() : "internal error") + "\n");
    routing.request().resume();
  }
}
