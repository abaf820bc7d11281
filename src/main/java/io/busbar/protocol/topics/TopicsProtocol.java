package io.busbar.protocol.topics;

import io.busbar.config.TopicsConfig;
import io.busbar.hub.AddressPattern;
import io.busbar.hub.Hub;
import io.busbar.hub.Transport;
import io.busbar.protocol.Client;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.Receiver;
import java.util.List;

/**
 * Clown.Talk, the protocol of Clown.Hub's clients: JSON pairs of a topic and a payload. Immutable;
 * a connection is accepted on the event loop of its transport.
 */
final class TopicsProtocol implements MessageProtocol {
  private static final String NAME = "topics";

  private final Hub hub;
  private final TopicNames names;

  /** One list for all clients, because encoders are compared by it. */
  private final List<AddressPattern> patterns;

  TopicsProtocol(Hub hub, TopicsConfig config) {
    this.hub = hub;
    this.names = new TopicNames(config.prefix());
    this.patterns =
        config.subscribe().stream().map(each -> AddressPattern.of(config.prefix() + each)).toList();
  }

  @Override
  public Receiver accept(Transport transport, Client client) {
    return new TopicsSession(hub, hub.join(transport, NAME, client.principal()), names, patterns);
  }
}
