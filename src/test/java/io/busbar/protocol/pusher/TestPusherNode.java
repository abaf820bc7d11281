package io.busbar.protocol.pusher;

import io.busbar.TestGateway;
import io.busbar.config.PusherConfig;
import java.util.ArrayList;
import java.util.List;

/** A node with apps of Pusher, its clients, and what a backend of one app triggers there. */
final class TestPusherNode implements AutoCloseable {
  private static final String PERMISSIONS =
      "permissions=[{address: 'public.#', allow: [subscribe]},"
          + " {address: 'cache-public', allow: [subscribe]}]";

  private final TestGateway gateway = TestGateway.start(PERMISSIONS, PusherClient.APPS);
  private final PusherApp app = new PusherApp(PusherConfig.App.of("3", "demo-key", "demo-secret"));
  private final Trigger trigger = new Trigger(gateway.vertx(), gateway.hub().history());
  private final List<PusherClient> clients = new ArrayList<>();

  TestGateway gateway() {
    return gateway;
  }

  PusherClient client() {
    return keep(PusherClient.connect(gateway.httpPort()));
  }

  /** A client that asks for that path. */
  PusherClient client(String path) {
    return keep(PusherClient.to(gateway.httpPort(), path));
  }

  /** Will close the client with the others. */
  PusherClient keep(PusherClient client) {
    clients.add(client);
    return client;
  }

  void trigger(String channel, String event, String data) {
    publish(channel, PusherEvent.of(event, data, null, null));
  }

  void publish(String channel, PusherEvent event) {
    trigger.publish(app, channel, event);
  }

  @Override
  public void close() {
    clients.forEach(PusherClient::close);
    gateway.close();
  }
}
