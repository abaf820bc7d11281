package io.busbar.protocol.pusher;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Hub;
import io.busbar.hub.Session;
import io.busbar.hub.Transport;
import io.busbar.protocol.Client;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.Receiver;
import io.vertx.core.buffer.Buffer;

/**
 * The protocol of a path without an app. It closes each connection with a close code, because
 * browsers can read that. Any thread may use it; a connection is closed on its own event loop.
 */
final class UnknownAppProtocol implements MessageProtocol {
  private final Hub hub;
  private final Disconnect why;

  UnknownAppProtocol(Hub hub, Disconnect why) {
    this.hub = hub;
    this.why = why;
  }

  @Override
  public Receiver accept(Transport transport, Client client) {
    Session session =
        hub.join(new PusherTransport(transport), PusherProtocol.NAME, client.principal());
    session.close(why);
    return new Receiver() {
      @Override
      public void text(String message) {}

      @Override
      public void binary(Buffer message) {}

      @Override
      public void closed() {
        hub.leave(session);
      }
    };
  }
}
