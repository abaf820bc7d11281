package io.busbar.protocol;

import io.busbar.config.Network;
import io.busbar.hub.Hub;
import io.busbar.hub.Principal;
import io.busbar.hub.Session;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The posting clients of one event loop. A session stays alive for a while after a request, so the
 * limits of a session apply to many requests on any number of connections. Owned by the event loop.
 */
public final class Posters {
  private static final int MOST = 4096;

  private record Who(String network, @Nullable String user) {}

  private final Hub hub;
  private final String protocol;
  private final Map<Who, Poster> posters = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param protocol name of the protocol for rules and metrics
   */
  public Posters(Hub hub, String protocol) {
    this.hub = hub;
    this.protocol = protocol;
  }

  /** Returns the session for a request of this client; null when there are too many. */
  public @Nullable Poster of(String remoteAddress, Principal principal) {
    Who who = new Who(Network.ofClient(remoteAddress), principal.name());
    Poster poster = posters.get(who);
    if (poster == null || poster.session().isClosed()) {
      if (posters.size() >= MOST && !dropOldest()) {
        return null;
      }
      poster = join(who, remoteAddress, principal);
    } else if (!poster.session().principal().equals(principal)) {
      poster.session().loggedIn(principal);
    }
    poster.used();
    return poster;
  }

  private Poster join(Who who, String remoteAddress, Principal principal) {
    Poster poster = new Poster(remoteAddress, gone -> leave(who, gone));
    Session session = hub.join(poster, protocol, principal);
    poster.belongTo(session);
    posters.put(who, poster);
    return poster;
  }

  /** Makes room, unless the client that was silent for the longest time waits for an answer. */
  private boolean dropOldest() {
    Map.Entry<Who, Poster> oldest = posters.entrySet().iterator().next();
    boolean idle = oldest.getValue().open() == 0;
    if (idle) {
      leave(oldest.getKey(), oldest.getValue());
    }
    return idle;
  }

  private void leave(Who who, Poster poster) {
    posters.remove(who, poster);
    hub.leave(poster.session());
  }
}
