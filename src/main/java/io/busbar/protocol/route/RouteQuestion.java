package io.busbar.protocol.route;

import io.busbar.config.HttpRoute;
import io.busbar.hub.Payload;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.Utf8;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Builds a feature's request from an HTTP request: the body and a few headers, and nothing else
 * about the client.
 */
final class RouteQuestion {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final Pattern CHARSET =
      Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([^\\s;\"]*)");
  private static final Pattern SEPARATOR = Pattern.compile("[&;]");
  private static final List<CharSequence> HANDED_ON =
      List.of(HttpHeaders.CONTENT_TYPE, HttpHeaders.ACCEPT, HttpHeaders.ACCEPT_LANGUAGE);

  private RouteQuestion() {}

  /**
   * Returns JSON as its value, text as a string, and others as bytes; a null value for an empty
   * body.
   */
  static Payload body(HttpServerRequest request, Buffer body) throws RouteException {
    if (body.length() == 0) {
      return Payload.json(null);
    }
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new RouteException(415, "a body is not compressed");
    }
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (media.equals("application/json")
        || media.startsWith("application/") && media.endsWith("+json")) {
      return json(text(body));
    }
    if (!media.startsWith("text/") && !media.equals(FORM)) {
      return Payload.bytes(body);
    }
    Matcher charset = CHARSET.matcher(type);
    if (charset.find() && !charset.group(1).matches("(?i)utf-8|utf8|us-ascii")) {
      throw new RouteException(415, "text is UTF-8");
    }
    return Payload.text(text(body));
  }

  private static String text(Buffer body) throws RouteException {
    try {
      return Utf8.decode(body.getBytes());
    } catch (ProtocolException e) {
      throw new RouteException(400, "the body is not UTF-8");
    }
  }

  private static Payload json(String text) throws RouteException {
    try {
      return Payload.json(Json.decodeValue(text));
    } catch (DecodeException e) {
      throw new RouteException(400, "the body is not JSON");
    }
  }

  /**
   * Returns the headers of the request.
   *
   * @param tokenParameter parameter of the URL with a login, which is removed; empty for none
   */
  static MultiMap headers(HttpServerRequest request, HttpRoute route, String tokenParameter) {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .set("method", route.asked(request.method().name()))
            .set("path", request.path());
    String query = without(tokenParameter, request.query());
    if (query != null) {
      headers.set("query", query);
    }
    for (CharSequence name : HANDED_ON) {
      List<String> values = request.headers().getAll(name);
      if (!values.isEmpty()) {
        headers.set(name.toString(), String.join(", ", values));
      }
    }
    return headers;
  }

  /** Returns the query without that parameter, otherwise unchanged. */
  private static @Nullable String without(String parameter, @Nullable String query) {
    if (parameter.isEmpty() || query == null) {
      return query;
    }
    List<String> all = List.of(SEPARATOR.split(query, -1));
    List<String> rest = all.stream().filter(part -> !name(part).equals(parameter)).toList();
    return rest.size() == all.size() ? query : String.join("&", rest);
  }

  private static String name(String part) {
    return QueryStringDecoder.decodeComponent(part.split("=", 2)[0]);
  }
}
