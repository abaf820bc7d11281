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

/** A path bound to a feature: each message is the feature's own, each answer the client's. */
public final class ServiceProtocol implements MessageProtocol {
  private final Hub hub;
  private final ServiceConfig service;

  /** Who is here; null where nobody needs to know. */
  private final @Nullable Set<Session> sessions;

  private ServiceProtocol(Hub hub, ServiceConfig service, @Nullable Set<Session> sessions) {
    this.hub = hub;
    this.service = service;
    this.sessions = sessions;
  }

  public ServiceProtocol(Hub hub, ServiceConfig service) {
    this(hub, service, null);
  }

  /** One that may {@link #close} while the gateway runs. */
  public static ServiceProtocol thatMayClose(Hub hub, ServiceConfig service) {
    return new ServiceProtocol(hub, service, ConcurrentHashMap.newKeySet());
  }

  /** Its clients are told that the feature does not run any more. Any thread may call. */
  public void close() {
    for (Session session : sessions) {
      session.closeSoon(Disconnect.NO_FEATURE);
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
