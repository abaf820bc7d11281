package io.busbar.protocol.engineio;

import io.busbar.protocol.Client;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.WebSocketOptions;
import io.busbar.protocol.WebSocketUpgrade;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A protocol on Engine.IO at one path. */
public final class EngineEndpoint implements HttpEndpoint {
  private static final int ID_BYTES = 16;

  private final String path;
  private final EngineOptions options;
  private final Map<EngineRevision, MessageProtocol> protocols;
  private final WebSocketOptions webSocket;
  private final SecureRandom random = new SecureRandom();

  public EngineEndpoint(
      String path,
      EngineOptions options,
      Map<EngineRevision, MessageProtocol> protocols,
      WebSocketOptions webSocket) {
    this.path = path;
    this.options = options;
    this.protocols = protocols;
    this.webSocket = webSocket;
  }

  @Override
  public void mount(Router router) {
    router.route(path).handler(this::handle);
    router.route(path + "/").handler(this::handle);
  }

  private void handle(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    EngineRevision revision = EngineRevision.of(request.getParam("EIO"));
    String transport = request.getParam("transport");
    if (revision == null || !options.revisions().contains(revision)) {
      EngineError.UNSUPPORTED_REVISION.answer(request.response());
    } else if (!"websocket".equals(transport) || !options.webSocket()) {
      EngineError.UNKNOWN_TRANSPORT.answer(request.response());
    } else if (!WebSocketUpgrade.isAsked(request)) {
      EngineError.BAD_REQUEST.answer(request.response());
    } else if (request.getParam("sid") != null) {
      EngineError.UNKNOWN_SID.answer(request.response());
    } else {
      open(routing, revision);
    }
  }

  private void open(RoutingContext routing, EngineRevision revision) {
    ContextInternal context = ContextInternal.current();
    WebSocketUpgrade.accept(routing, List.of(), EngineFraming.of(revision), webSocket)
        .onSuccess(
            socket -> {
              EngineWebSocket transport =
                  new EngineWebSocket(socket, revision, options, context.unwrap());
              transport.open(
                  new OpenPacket(
                      freshId(),
                      List.of(),
                      options.pingIntervalMillis(),
                      options.pingTimeoutMillis(),
                      options.maxPayload()));
              Client client = Client.of("engineio", null, routing);
              transport.receiver(protocols.get(revision).accept(transport, client));
            });
  }

  private String freshId() {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
  }
}
