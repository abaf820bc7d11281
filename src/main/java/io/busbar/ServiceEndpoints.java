package io.busbar;

import io.busbar.config.Config;
import io.busbar.config.ServiceConfig;
import io.busbar.config.Size;
import io.busbar.config.SockJsConfig;
import io.busbar.hub.Hub;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.ProtocolModule;
import io.busbar.protocol.WebSocketEndpoint;
import io.busbar.protocol.WebSocketOptions;
import io.busbar.protocol.engineio.EngineEndpoint;
import io.busbar.protocol.pusher.PusherEndpoint;
import io.busbar.protocol.service.ServiceProtocol;
import io.busbar.protocol.session.SessionCluster;
import io.busbar.protocol.sockjs.SockJsEndpoint;
import io.busbar.protocol.sockjs.SockJsOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of services: all ways in which clients reach a feature at a path. Immutable; any
 * thread may use it.
 */
final class ServiceEndpoints implements ProtocolModule {
  private static final String SOCKJS_LIBRARY = "/webjars/sockjs-client/dist/sockjs.min.js";

  private final Hub hub;
  private final Config config;
  private final WebSocketOptions webSockets;

  /** Null on a single node. */
  private final @Nullable SessionCluster cluster;

  ServiceEndpoints(
      Hub hub, Config config, WebSocketOptions webSockets, @Nullable SessionCluster cluster) {
    this.hub = hub;
    this.config = config;
    this.webSockets = webSockets;
    this.cluster = cluster;
  }

  /** The endpoints of all services of the configuration. */
  @Override
  public List<HttpEndpoint> endpoints() {
    return config.services().stream()
        .flatMap(service -> of(service, new ServiceProtocol(hub, service)).stream())
        .toList();
  }

  /** SockJS for a protocol at the path. */
  HttpEndpoint sockJsAt(String path, MessageProtocol protocol, WebSocketOptions limits) {
    return new SockJsEndpoint(path, sockJs(), protocol, limits, cluster);
  }

  /** The same for Pusher's clients, which must be told when a stream is full. */
  HttpEndpoint pusherAt(String path, MessageProtocol protocol, WebSocketOptions limits) {
    SockJsOptions options = sockJs().endingWithStreams(PusherEndpoint.STREAM_END);
    return new SockJsEndpoint(path, options, protocol, limits, cluster);
  }

  /** The endpoints of one service. */
  List<HttpEndpoint> of(ServiceConfig service, MessageProtocol feature) {
    List<HttpEndpoint> endpoints = new ArrayList<>();
    WebSocketOptions webSocket = webSockets.upTo(messageSize(service));
    if (service.engineio()) {
      endpoints.add(engineIo(service, feature));
    }
    if (service.websocket()) {
      endpoints.add(new WebSocketEndpoint(service.path(), feature, webSocket));
    }
    endpoints.add(new SockJsEndpoint(service.path(), sockJs(service), feature, webSocket, cluster));
    return endpoints;
  }

  /** Engine.IO without Socket.IO, for clients that speak the feature's own messages. */
  private HttpEndpoint engineIo(ServiceConfig service, MessageProtocol feature) {
    return EngineEndpoint.of(
        service.path(), config, maxPayload(service), revision -> feature, webSockets, cluster);
  }

  /** The most bytes of a WebSocket message for the service. */
  int largest(ServiceConfig service) {
    return Math.max(messageSize(service), maxPayload(service));
  }

  private int maxPayload(ServiceConfig service) {
    Size most = service.messageSize();
    return (most == null ? config.socketio().maxPayload() : most).asInt();
  }

  private int messageSize(ServiceConfig service) {
    return service.messageSize() == null
        ? config.limits().messageSize().asInt()
        : service.messageSize().asInt();
  }

  /** SockJS with the options of the configuration. */
  private SockJsOptions sockJs() {
    SockJsConfig common = config.sockjs();
    return new SockJsOptions(
        transports(List.of()),
        common.heartbeat().toMillis(),
        common.disconnectDelay().toMillis(),
        common.streamingLimit().asInt(),
        null,
        common.cookieNeeded(),
        config.limits().messageSize().asInt(),
        SOCKJS_LIBRARY);
  }

  private SockJsOptions sockJs(ServiceConfig service) {
    SockJsConfig common = config.sockjs();
    Duration heartbeat = service.heartbeat();
    return new SockJsOptions(
        transports(service.transports()),
        (heartbeat == null ? common.heartbeat() : heartbeat).toMillis(),
        common.disconnectDelay().toMillis(),
        (service.streamingLimit() == null ? common.streamingLimit() : service.streamingLimit())
            .asInt(),
        null,
        service.cookieNeeded() == null ? common.cookieNeeded() : service.cookieNeeded(),
        messageSize(service),
        SOCKJS_LIBRARY);
  }

  private Set<String> transports(List<String> chosen) {
    Set<String> transports = new LinkedHashSet<>(ServiceConfig.TRANSPORTS);
    if (!chosen.isEmpty()) {
      transports.retainAll(chosen);
    }
    if (!config.sockjs().websocket()) {
      transports.remove("websocket");
    }
    return transports;
  }
}
