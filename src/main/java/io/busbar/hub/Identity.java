package io.busbar.hub;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.Map;

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

  /** What the names of the gateway's own headers begin with. */
  private static final String OURS = "busbar-";

  private Identity() {}

  /** Options with the client's headers, its identity laid over whatever it claimed. */
  static DeliveryOptions options(Session session, MultiMap claimed) {
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
  static MultiMap without(MultiMap headers) {
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

  static boolean isReserved(String name) {
    return name.equalsIgnoreCase(SESSION)
        || name.equalsIgnoreCase(USER)
        || name.equalsIgnoreCase(ROLES)
        || name.equalsIgnoreCase(PROTOCOL)
        || name.regionMatches(true, 0, OURS, 0, OURS.length());
  }
}
