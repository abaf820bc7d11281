package io.busbar.protocol.pusher;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request by their names in lower case, without duplicates. Used by one thread.
 */
final class ApiQuery {
  static final String SIGNATURE = "auth_signature";

  private static final int MOST = 32;

  private final Map<String, String> parameters;

  private ApiQuery(Map<String, String> parameters) {
    this.parameters = parameters;
  }

  /**
   * Reads a query in its encoded form.
   *
   * @param query null for none
   */
  static ApiQuery of(@Nullable String query) throws ApiException {
    return of(query, true);
  }

  /** Reads a query without decoding, because some libraries sign it in this form. */
  static ApiQuery undecoded(@Nullable String query) throws ApiException {
    return of(query, false);
  }

  private static ApiQuery of(@Nullable String query, boolean decode) throws ApiException {
    Map<String, String> parameters = new TreeMap<>();
    int from = 0;
    int length = query == null ? 0 : query.length();
    while (query != null && from < length) {
      int end = query.indexOf('&', from);
      end = end < 0 ? length : end;
      if (end > from) {
        put(parameters, query, from, end, decode);
      }
      from = end + 1;
    }
    return new ApiQuery(parameters);
  }

  private static void put(
      Map<String, String> parameters, String query, int from, int end, boolean decode)
      throws ApiException {
    int equals = query.indexOf('=', from);
    boolean valued = equals >= 0 && equals < end;
    String name = query.substring(from, valued ? equals : end);
    String value = valued ? query.substring(equals + 1, end) : "";
    name = (decode ? decoded(name) : name).toLowerCase(Locale.ROOT);
    if (parameters.put(name, decode ? decoded(value) : value) != null) {
      throw ApiException.bad("A parameter of the query is given twice");
    }
    if (parameters.size() > MOST) {
      throw ApiException.bad("The query has more than " + MOST + " parameters");
    }
  }

  private static String decoded(String text) {
    return text.indexOf('%') < 0 && text.indexOf('+') < 0
        ? text
        : URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** Returns the value; null for none. */
  @Nullable String get(String name) {
    return parameters.get(name);
  }

  /** Rejects parameters other than these and those of the signature. */
  void allowOnly(Collection<String> names) throws ApiException {
    for (String name : parameters.keySet()) {
      if (!names.contains(name) && !name.startsWith("auth_") && !name.equals("body_md5")) {
        throw ApiException.bad("The query has a parameter that is not known here");
      }
    }
  }

  /** Appends the parameters that are signed: all except the signature, sorted and not escaped. */
  StringBuilder appendSigned(StringBuilder out) {
    String before = "";
    for (Map.Entry<String, String> each : parameters.entrySet()) {
      if (!each.getKey().equals(SIGNATURE)) {
        out.append(before).append(each.getKey()).append('=').append(each.getValue());
        before = "&";
      }
    }
    return out;
  }
}
