package io.busbar.protocol.stomp;

import io.busbar.config.StompConfig;
import io.busbar.hub.Principal;
import io.busbar.net.Connections;
import io.busbar.net.Proxies;
import io.busbar.net.Tls;
import io.busbar.protocol.Client;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.TcpTransport;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.ServerSSLOptions;
import java.net.InetAddress;

/** STOMP's TCP port. Deployed once per event loop; the sockets are spread over the instances. */
public final class StompTcpVerticle extends VerticleBase {
  private static final int BACKLOG = 4096;
  private static final String TRANSPORT = "tcp";

  private final MessageProtocol protocol;
  private final StompConfig config;
  private final int port;
  private final Tls tls;
  private final Connections connections;
  private final Proxies proxies;
  private NetServer server;

  /**
   * @param port negative for any free one that the instances share
   * @param tls null speaks plain TCP
   * @param connections what clients behind proxies are counted by
   */
  public StompTcpVerticle(
      MessageProtocol protocol, StompConfig config, int port, Tls tls, Connections connections) {
    this.protocol = protocol;
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
    TcpTransport transport = new TcpTransport(socket);
    String remote = socket.remoteAddress() == null ? "" : socket.remoteAddress().hostAddress();
    Client client = new Client(TRANSPORT, remote, null, null, Principal.NOBODY);
    transport.receiver(protocol.accept(transport, client));
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
