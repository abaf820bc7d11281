package io.busbar.protocol;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** The endpoint of a protocol on plain WebSockets at one path. Immutable. */
public final class WebSocketEndpoint implements HttpEndpoint {
  private static final String TRANSPORT = "websocket";

  private final String path;
  private final MessageProtocol protocol;
  private final WebSocketOptions options;

  public WebSocketEndpoint(String path, MessageProtocol protocol, WebSocketOptions options) {
    this.path = path;
    this.protocol = protocol;
    this.options = options;
  }

  @Override
  public List<String> subProtocols() {
    return protocol.subProtocols();
  }

  @Override
  public void mount(Router router) {
    router.route(path).handler(this::handle);
  }

  private void handle(RoutingContext routing) {
    if (!WebSocketUpgrade.isAsked(routing.request())) {
      routing.next();
      return;
    }
    WebSocketUpgrade.accept(routing, protocol.subProtocols(), WebSocketFraming.INSTANCE, options)
        .onSuccess(
            transport -> {
              Client client = Client.of(TRANSPORT, transport.subProtocol(), routing);
              transport.receiver(protocol.accept(transport, client));
            });
  }
}
