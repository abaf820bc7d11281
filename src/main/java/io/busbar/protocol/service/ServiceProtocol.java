package io.busbar.protocol.service;

import io.busbar.config.Config;
import io.busbar.hub.Hub;
import io.busbar.hub.Transport;
import io.busbar.protocol.Client;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.Receiver;

/** A path bound to a feature: each message is the feature's own, each answer the client's. */
public final class ServiceProtocol implements MessageProtocol {
  private final Hub hub;
  private final Config.Service service;

  public ServiceProtocol(Hub hub, Config.Service service) {
    this.hub = hub;
    this.service = service;
  }

  @Override
  public Receiver accept(Transport transport, Client client) {
    ServiceSession session =
        new ServiceSession(
            hub, hub.join(transport, client.transport(), client.principal()), service.address());
    session.open(service.channel(), client.query());
    return session;
  }
}
