package io.busbar.protocol.service;

import io.busbar.config.ServiceConfig;
import io.busbar.hub.Disconnect;
import io.busbar.hub.Hub;
import io.busbar.hub.Session;
import io.busbar.hub.Transport;
import io.busbar.protocol.Client;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.Receiver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The protocol of a path that is bound to a feature. The feature gets each message of a client, and
 * the client gets each reply. Any thread may use it; a connection is accepted on the event loop of
 * its transport.
 */
public final class ServiceProtocol implements MessageProtocol {
  private final Hub hub;
  private final ServiceConfig service;

  /** Open sessions; null for an endpoint that never closes. */
  private final @Nullable Set<Session> sessions;

  private ServiceProtocol(Hub hub, ServiceConfig service, @Nullable Set<Session> sessions) {
    this.hub = hub;
    this.service = service;
    this.sessions = sessions;
  }

  public ServiceProtocol(Hub hub, ServiceConfig service) {
    this(hub, service, null);
  }

  /** Returns a protocol that may {@link #close} while the gateway runs. */
  public static ServiceProtocol thatMayClose(Hub hub, ServiceConfig service) {
    return new ServiceProtocol(hub, service, ConcurrentHashMap.newKeySet());
  }

  /** Closes all sessions, because the feature does not run any more. Any thread may call it. */
  public void close() {
    if (sessions != null) {
      sessions.forEach(session -> session.closeSoon(Disconnect.NO_FEATURE));
    }
  }

  @Override
  public Receiver accept(Transport transport, Client client) {
    Session joined = hub.join(transport, client.transport(), client.principal());
    ServiceSession session = new ServiceSession(hub, joined, service.address(), sessions);
    if (sessions != null) {
      sessions.add(joined);
    }
    session.open(service.channel(), client.query());
    return session;
  }
}
