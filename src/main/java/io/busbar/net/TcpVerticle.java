package io.busbar.net;

import io.busbar.config.TcpPort;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.ServerSSLOptions;
import java.net.InetAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The verticle of a protocol's own TCP port, deployed once per event loop. The connections are
 * spread over the instances. Owned by its event loop.
 */
public final class TcpVerticle extends VerticleBase {
  private static final int BACKLOG = 4096;

  private final Consumer<NetSocket> clients;
  private final TcpPort config;
  private final int port;
  private final @Nullable Tls tls;
  private final Connections connections;
  private final Proxies proxies;
  private NetServer server;

  /**
   * @param clients accepts each client
   * @param port port to listen on; a negative one is any free port, the same for all instances
   * @param tls null for plain TCP
   * @param connections counts the clients behind proxies
   */
  public TcpVerticle(
      Consumer<NetSocket> clients,
      TcpPort config,
      int port,
      @Nullable Tls tls,
      Connections connections) {
    this.clients = clients;
    this.config = config;
    this.port = port;
    this.tls = tls;
    this.connections = connections;
    this.proxies = new Proxies(config.proxies());
  }

  @Override
  public Future<?> start() {
    NetServerOptions options =
        new NetServerOptions()
            .setAcceptBacklog(BACKLOG)
            .setTcpNoDelay(true)
            .setTcpKeepAlive(true)
            .setUseProxyProtocol(config.proxyProtocol());
    if (tls != null) {
      tls.configure(options);
    }
    server = vertx.createNetServer(options).connectHandler(this::accept);
    return server.listen(port, config.host());
  }

  private void accept(NetSocket socket) {
    if (config.proxyProtocol() && !count(socket)) {
      socket.close();
      return;
    }
    clients.accept(socket);
  }

  /** Counts a client that a proxy has named; other clients were counted when they connected. */
  private boolean count(NetSocket socket) {
    InetAddress client = Proxies.address(socket.remoteAddress());
    if (client == null || proxies.contains(client)) {
      return true;
    }
    if (!connections.enter(client)) {
      return false;
    }
    ((NetSocketInternal) socket)
        .channelHandlerContext()
        .channel()
        .closeFuture()
        .addListener(closed -> connections.leave(client));
    return true;
  }

  /** Will use the options for new connections to the port, for all instances. */
  public Future<Boolean> update(ServerSSLOptions options) {
    return server.updateSSLOptions(options);
  }

  /** Returns the port that the server listens on. */
  public int actualPort() {
    return server.actualPort();
  }

  @Override
  public Future<?> stop() {
    return server.close();
  }
}
