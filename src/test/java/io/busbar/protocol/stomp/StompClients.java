package io.busbar.protocol.stomp;

import io.busbar.TestGateway;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Clients over each transport, of a gateway with small limits. */
abstract class StompClients {
  /** The transport of a client. */
  enum Via {
    TCP {
      @Override
      StompConnection connect(TestGateway gateway) {
        return TcpStompConnection.connect(gateway.stompPort());
      }
    },
    WEB_SOCKET {
      @Override
      StompConnection connect(TestGateway gateway) {
        return WebSocketStompConnection.connect(gateway.httpPort(), "/stomp");
      }
    },
    SOCKJS {
      @Override
      StompConnection connect(TestGateway gateway) {
        return SockJsStompConnection.connect(gateway.httpPort());
      }
    };

    abstract StompConnection connect(TestGateway gateway);
  }

  private final List<StompTestClient> clients = new ArrayList<>();
  TestGateway gateway;

  @BeforeEach
  void start() {
    gateway =
        TestGateway.start(
            "permissions=[{address: 'public.#', allow: [subscribe, publish, send]},"
                + " {address: 'stocks.*', allow: [subscribe]}]",
            "features=[]",
            "limits.message-size=8KiB",
            "limits.subscriptions=5",
            "stomp.frames.headers=20",
            "stomp.frames.header-length=256",
            "stomp.transactions.open=2",
            "stomp.transactions.frames=3",
            "stomp.connect-timeout=500ms",
            "stomp.heart-beat=100ms");
  }

  @AfterEach
  void stop() {
    clients.forEach(StompTestClient::close);
    gateway.close();
  }

  StompTestClient client(Via via) {
    StompTestClient client = new StompTestClient(via.connect(gateway));
    clients.add(client);
    return client;
  }

  StompTestClient connected(Via via, String version) {
    StompTestClient client = StompTestClient.connected(via.connect(gateway), version);
    clients.add(client);
    return client;
  }
}
