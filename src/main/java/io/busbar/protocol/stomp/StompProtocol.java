package io.busbar.protocol.stomp;

import io.busbar.config.Config;
import io.busbar.config.StompConfig;
import io.busbar.hub.Hub;
import io.busbar.hub.Transport;
import io.busbar.protocol.Client;
import io.busbar.protocol.Logins;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.Receiver;
import io.busbar.protocol.TcpTransport;
import io.busbar.queue.Queues;
import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.auth.authentication.AuthenticationProvider;
import io.vertx.ext.stomp.StompServer;
import io.vertx.ext.stomp.StompServerHandler;
import io.vertx.ext.stomp.StompServerOptions;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * STOMP 1.0, 1.1 and 1.2 over any transport. Each event loop has a {@link StompServerHandler} of
 * vertx-stomp with the handlers of {@link StompCommands}. Any thread may use it; a connection is
 * accepted on its own event loop.
 */
public final class StompProtocol implements MessageProtocol {
  static final String NAME = "stomp";

  private final Vertx vertx;
  private final Hub hub;
  private final Config config;
  private final StompServer server;
  private final Queues queues;

  /** Bytes of the open transactions of all clients. */
  private final AtomicLong uncommitted = new AtomicLong();

  private final StompCommands commands;
  private final FastThreadLocal<StompServerHandler> handlers;
  private final @Nullable Logins logins;

  /**
   * STOMP with the gateway's logins. A client without a login has the identity that the transport
   * knows.
   */
  public StompProtocol(Vertx vertx, Hub hub, Config config, Logins logins, Queues queues) {
    this(vertx, hub, config, logins, queues, null, (handler, commands) -> {});
  }

  /**
   * STOMP with handlers of an embedding application.
   *
   * @param users authenticates clients; null to accept all as anonymous
   * @param extension is given the handler of each event loop and the standard commands; it may
   *     replace handlers, and its own may call the standard ones
   */
  public StompProtocol(
      Vertx vertx,
      Hub hub,
      Config config,
      Queues queues,
      @Nullable AuthenticationProvider users,
      BiConsumer<StompServerHandler, StompCommands> extension) {
    this(vertx, hub, config, null, queues, users, extension);
  }

  private StompProtocol(
      Vertx vertx,
      Hub hub,
      Config config,
      @Nullable Logins logins,
      Queues queues,
      @Nullable AuthenticationProvider users,
      BiConsumer<StompServerHandler, StompCommands> extension) {
    this.logins = logins;
    this.vertx = vertx;
    this.hub = hub;
    this.config = config;
    this.server = StompServer.create(vertx, options(config.stomp(), users != null));
    this.queues = queues;
    this.commands = new StompCommands(hub, config.stomp(), new StompQueues(hub, queues));
    this.handlers =
        new FastThreadLocal<>() {
          @Override
          protected StompServerHandler initialValue() {
            StompServerHandler handler = StompServerHandler.create(vertx);
            commands.install(handler);
            if (users != null) {
              handler.authProvider(users);
            }
            extension.accept(handler, commands);
            return handler;
          }
        };
  }

  /**
   * Returns options that set the heart-beats and whether clients log in. The server never listens.
   */
  private static StompServerOptions options(StompConfig config, boolean secured) {
    long beat = config.heartBeat().toMillis();
    return new StompServerOptions()
        .setHeartbeat(new JsonObject().put("x", (int) beat).put("y", (int) beat))
        .setSecured(secured);
  }

  @Override
  public List<String> subProtocols() {
    return StompVersion.SUB_PROTOCOLS;
  }

  /** Accepts a new TCP connection; called on its event loop. */
  public void accept(NetSocket socket) {
    TcpTransport transport = new TcpTransport(socket);
    transport.receiver(accept(transport, Client.of(socket)));
  }

  @Override
  public Receiver accept(Transport transport, Client client) {
    return new StompSession(this, transport, client, handlers.get()).receiver();
  }

  Queues queues() {
    return queues;
  }

  AtomicLong uncommitted() {
    return uncommitted;
  }

  StompLimits limits() {
    return new StompLimits(
        config.stomp().frames().headers(),
        config.stomp().frames().headerLength().asInt(),
        config.limits().messageSize().asInt());
  }

  StompConfig config() {
    return config.stomp();
  }

  Vertx vertx() {
    return vertx;
  }

  Hub hub() {
    return hub;
  }

  /** Returns the gateway's logins; null where an {@link AuthenticationProvider} is used instead. */
  @Nullable Logins logins() {
    return logins;
  }

  StompServer server() {
    return server;
  }
}
