package io.busbar.hub;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import java.text.Normalizer;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The headers that tell features who sent a message. Only the hub writes them on messages of
 * clients. It removes them before a client gets the message, except for workers, which may know the
 * sender. It always removes names that begin with {@code busbar-}, which features may write, too.
 */
final class Identity {
  static final String SESSION = "session";
  static final String USER = "user";
  static final String ROLES = "roles";
  static final String PROTOCOL = "protocol";

  private static final Set<String> WHO = Set.of(SESSION, USER, ROLES, PROTOCOL);

  /** Header in which a feature names a session that must not hear its message. */
  static final String EXCEPT = "busbar-except";

  /** Prefix of the gateway's own headers. */
  private static final String OURS = "busbar-";

  /** Combining marks, spaces, and control and format characters. */
  private static final Pattern UNSEEN = Pattern.compile("[\\p{M}\\p{Z}\\p{C}]+");

  private Identity() {}

  /** Returns options with the client's headers; its identity replaces what it claimed. */
  static DeliveryOptions options(Session session, @Nullable MultiMap claimed) {
    DeliveryOptions options = new DeliveryOptions();
    if (claimed != null) {
      for (Map.Entry<String, String> header : claimed) {
        if (!isReserved(header.getKey())) {
          options.addHeader(header.getKey(), header.getValue());
        }
      }
    }
    options.addHeader(SESSION, session.id());
    options.addHeader(PROTOCOL, session.protocol());
    if (session.user() != null) {
      options.addHeader(USER, session.user());
      if (!session.principal().roles().isEmpty()) {
        options.addHeader(ROLES, String.join(",", session.principal().roles()));
      }
    }
    return options;
  }

  /** Returns the headers without the identity; null when none are left. */
  static @Nullable MultiMap without(@Nullable MultiMap headers) {
    if (headers == null || headers.isEmpty()) {
      return null;
    }
    MultiMap others = null;
    for (Map.Entry<String, String> header : headers) {
      if (!isReserved(header.getKey())) {
        others = others == null ? MultiMap.caseInsensitiveMultiMap() : others;
        others.add(header.getKey(), header.getValue());
      }
    }
    return others;
  }

  /** Returns the headers for a worker, which say who sent the message; null when none are left. */
  static @Nullable MultiMap forWorkers(MultiMap headers) {
    MultiMap others = null;
    for (Map.Entry<String, String> header : headers) {
      if (WHO.contains(header.getKey()) || !isReserved(header.getKey())) {
        others = others == null ? MultiMap.caseInsensitiveMultiMap() : others;
        others.add(header.getKey(), header.getValue());
      }
    }
    return others;
  }

  /** Returns whether a receiver might read the name as one of the gateway's, in any spelling. */
  static boolean isReserved(String name) {
    return isOurs(name) || !isPlain(name) && isOurs(folded(name));
  }

  private static boolean isPlain(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c > 'z' || !Character.isLetterOrDigit(c) && c != '-' && c != '.') {
        return false;
      }
    }
    return true;
  }

  /** Returns the name without variants of letters and without invisible characters. */
  private static String folded(String name) {
    String plain = Normalizer.normalize(name, Normalizer.Form.NFKD);
    return UNSEEN.matcher(plain).replaceAll("").replace('_', '-');
  }

  private static boolean isOurs(String name) {
    return name.equalsIgnoreCase(SESSION)
        || name.equalsIgnoreCase(USER)
        || name.equalsIgnoreCase(ROLES)
        || name.equalsIgnoreCase(PROTOCOL)
        || name.regionMatches(true, 0, OURS, 0, OURS.length());
  }
}
