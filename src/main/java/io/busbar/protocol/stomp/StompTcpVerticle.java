package io.busbar.protocol.stomp;

import io.busbar.hub.Principal;
import io.busbar.protocol.Client;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.TcpTransport;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;

/** STOMP's TCP port. Deployed once per event loop; the sockets are spread over the instances. */
public final class StompTcpVerticle extends VerticleBase {
  private static final int BACKLOG = 4096;
  private static final String TRANSPORT = "tcp";

  private final MessageProtocol protocol;
  private final String host;
  private final int port;
  private NetServer server;

  /**
   * @param port negative for any free one that the instances share
   */
  public StompTcpVerticle(MessageProtocol protocol, String host, int port) {
    this.protocol = protocol;
    this.host = host;
    this.port = port;
  }

  @Override
  public Future<?> start() {
    server =
        vertx
            .createNetServer(
                new NetServerOptions()
                    .setAcceptBacklog(BACKLOG)
                    .setTcpNoDelay(true)
                    .setTcpKeepAlive(true))
            .connectHandler(this::accept);
    return server.listen(port, host);
  }

  private void accept(NetSocket socket) {
    TcpTransport transport = new TcpTransport(socket);
    String remote = socket.remoteAddress() == null ? "" : socket.remoteAddress().hostAddress();
    Client client =
        new Client(TRANSPORT, remote, null, MultiMap.caseInsensitiveMultiMap(), Principal.NOBODY);
    transport.receiver(protocol.accept(transport, client));
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
