package io.busbar.protocol;

import io.busbar.hub.Principal;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/** The login of test servers: clients send their name in the header X-Test. */
public final class TestNames {
  private TestNames() {}

  /** Accepts every request, under the name that it sends. */
  public static void identify(RoutingContext routing) {
    String name = routing.request().getHeader("X-Test");
    if (name != null) {
      Client.identify(routing, new Principal(name, Set.of(), Principal.NEVER));
    }
    routing.next();
  }
}
