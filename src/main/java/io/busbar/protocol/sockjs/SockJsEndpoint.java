package io.busbar.protocol.sockjs;

import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.WebSocketEndpoint;
import io.busbar.protocol.WebSocketOptions;
import io.vertx.ext.web.Router;

public final class SockJsEndpoint implements HttpEndpoint {
  private final WebSocketEndpoint raw;

  public SockJsEndpoint(
      String path, SockJsOptions options, MessageProtocol protocol, WebSocketOptions webSocket) {
    raw = new WebSocketEndpoint(path + "/websocket", protocol, webSocket);
  }

  @Override
  public void mount(Router router) {
    raw.mount(router);
  }
}
