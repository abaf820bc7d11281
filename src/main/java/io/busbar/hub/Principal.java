package io.busbar.hub;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is.
 *
 * @param name of the user; null for nobody
 * @param expires when the login ends, in milliseconds since 1970; {@link #NEVER} for not by itself
 */
public record Principal(@Nullable String name, Set<String> roles, long expires) {
  public static final long NEVER = Long.MAX_VALUE;
  public static final Principal NOBODY = new Principal(null, Set.of(), NEVER);

  public Principal {
    roles = Set.copyOf(roles);
  }

  public boolean isSomebody() {
    return name != null;
  }
}
