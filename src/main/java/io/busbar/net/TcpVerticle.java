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
 * A protocol's own TCP port. Deployed once per event loop; the sockets are spread over the
 * instances.
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
   * @param clients takes each client
   * @param port negative for any free one that the instances share
   * @param tls null speaks plain TCP
   * @param connections what clients behind proxies are counted by
   */
  public TcpVerticle(
      Consumer<NetSocket> clients, TcpPort config, int port, @Nullable Tls tls, Connections connections) {
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

  /** Counts the client that a proxy has named; those without were counted when they connected. */
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

  /** Will use the options for new connections to the port, of all instances. */
  public Future<Boolean> update(ServerSSLOptions options) {
    return server.updateSSLOptions(options);
  }

  /** The port that the server listens on. */
  public int actualPort() {
    return server.actualPort();
  }

  @Override
  public Future<?> stop() {
    return server.close();
  }
}
