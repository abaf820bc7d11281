package io.busbar.hub;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a client.
 *
 * @param name name of the user; null without a login
 * @param expires end of the login, in milliseconds since 1970; {@link #NEVER} for none
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
