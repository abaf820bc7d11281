package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.TestGateway;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The behaviour of STOMP that is specific to WebSocket messages. */
final class StompWebSocketTest {
  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway = TestGateway.start("features=[]");
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private WebSocketStompConnection connect(String... subProtocols) {
    return WebSocketStompConnection.connect(gateway.httpPort(), "/stomp", subProtocols);
  }

  @Test
  void highestSubProtocolIsSelected() {
    assertThat(connect("v10.stomp", "v12.stomp", "v11.stomp").subProtocol()).isEqualTo("v12.stomp");
    assertThat(connect("v10.stomp", "unknown").subProtocol()).isEqualTo("v10.stomp");
  }

  @Test
  void subProtocolIsOptionalButUnknownOnesAreRefused() {
    assertThat(connect().subProtocol()).isNullOrEmpty();
    assertThatThrownBy(() -> connect("v13.stomp", "mqtt")).hasMessageContaining("400");
  }

  @Test
  void onlyBodiesThatAreNotUtf8AreBinaryMessages() throws Exception {
    WebSocketStompConnection connection = connect("v12.stomp");
    StompTestClient client = StompTestClient.connected(connection, "1.2");
    client.receipted("SUBSCRIBE\nid:1\ndestination:/topic/public.a\n\n\0");
    connection.kinds().clear();
    gateway.bus().publish("public.a", Buffer.buffer(new byte[] {0, (byte) 0xFF}));
    gateway.bus().publish("public.a", Buffer.buffer("text"));
    gateway.bus().publish("public.a", "text");
    assertThat(client.message().body()).isEqualTo(new byte[] {0, (byte) 0xFF});
    assertThat(client.message().text() + client.message().text()).isEqualTo("texttext");
    assertThat(connection.kinds().poll(1, TimeUnit.SECONDS)).isTrue();
    assertThat(connection.kinds().poll(1, TimeUnit.SECONDS)).isFalse();
    assertThat(connection.kinds().poll(1, TimeUnit.SECONDS)).isFalse();
  }
}
