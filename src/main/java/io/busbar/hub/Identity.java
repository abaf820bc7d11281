package io.busbar.hub;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import java.text.Normalizer;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The headers that tell features who sent a message. The hub alone writes them on what clients
 * send, and they go no further than the bus: a client is not told another one's session. The same
 * holds for all that begins with {@code busbar-}, which features may write, too.
 */
final class Identity {
  static final String SESSION = "session";
  static final String USER = "user";
  static final String ROLES = "roles";
  static final String PROTOCOL = "protocol";

  private static final Set<String> WHO = Set.of(SESSION, USER, ROLES, PROTOCOL);

  /** With it a feature names a session that must not hear its message. */
  static final String EXCEPT = "busbar-except";

  /** What the names of the gateway's own headers begin with. */
  private static final String OURS = "busbar-";

  /** Marks on letters, spaces, control and format characters. */
  private static final Pattern UNSEEN = Pattern.compile("[\\p{M}\\p{Z}\\p{C}]+");

  private Identity() {}

  /** Options with the client's headers, its identity laid over whatever it claimed. */
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

  /** The headers without the identity; null when none are left. */
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

  /**
   * The headers that a worker is told: those that say who sent it, too. Null when none are left.
   */
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

  /** Whether a receiver might read the name as one of ours, however it is written. */
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

  /** Without what Unicode has for looks alone, and without what nobody sees. */
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
