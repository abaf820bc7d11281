package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.protocol.stomp.StompTestClient.Received;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.stomp.Command;
import io.vertx.ext.stomp.Frame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are not UTF-8 arrive unchanged, also over transports with only text. */
final class StompBinaryTest {
  private static final byte[] BYTES = {(byte) 0xFF, 0, 'a', (byte) 0xC0, '"', '\n', (byte) 0x80};
  private static final String BASE64 = Base64.getEncoder().encodeToString(BYTES);

  private final List<StompTestClient> clients = new ArrayList<>();
  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway =
        TestGateway.start(
            "permissions=[{address: '#', allow: [subscribe, publish, send]}]", "features=[]");
  }

  @AfterEach
  void stop() {
    clients.forEach(StompTestClient::close);
    gateway.close();
  }

  private StompTestClient client(StompConnection connection) {
    StompTestClient client = StompTestClient.connected(connection, "1.2");
    clients.add(client);
    return client;
  }

  private StompTestClient tcp() {
    return client(TcpStompConnection.connect(gateway.stompPort()));
  }

  private StompTestClient sockJs() {
    return client(SockJsStompConnection.connect(gateway.httpPort()));
  }

  private static void send(StompTestClient client, String headers, byte[] body) {
    String head = "SEND\n" + headers + "\ncontent-length:" + body.length + "\n\n";
    Buffer frame = Buffer.buffer(head).appendBytes(body).appendByte((byte) 0);
    client.connection().send(frame.getBytes());
  }

  private static void isBase64(Received message, byte[] body) {
    assertThat(message.header("content-transfer-encoding")).isEqualTo("base64");
    assertThat(message.header("content-type")).isEqualTo("application/octet-stream");
    assertThat(Base64.getDecoder().decode(message.body())).isEqualTo(body);
  }

  private static void isPlain(Received message, byte[] body) {
    assertThat(message.headers()).doesNotContainKey("content-transfer-encoding");
    assertThat(message.body()).isEqualTo(body);
  }

  @Test
  void binaryTopicMessageIsBase64OverSockJsOnly() {
    StompTestClient text = sockJs();
    StompTestClient raw = tcp();
    text.receipted("SUBSCRIBE\nid:1\ndestination:/topic/t\n\n\0");
    raw.receipted("SUBSCRIBE\nid:1\ndestination:/topic/t\n\n\0");
    send(tcp(), "destination:/topic/t\ncontent-type:application/octet-stream", BYTES);
    isBase64(text.message(), BYTES);
    isPlain(raw.message(), BYTES);
  }

  @Test
  void binaryQueueMessageIsBase64OverSockJs() {
    StompTestClient text = sockJs();
    text.receipted("SUBSCRIBE\nid:1\nack:client\ndestination:/queue/q\n\n\0");
    send(tcp(), "destination:/queue/q\ncontent-encoding:gzip", BYTES);
    Received message = text.message();
    isBase64(message, BYTES);
    assertThat(message.header("content-encoding")).isEqualTo("gzip");
  }

  @Test
  void utf8BodyIsNotEncodedOverSockJs() {
    StompTestClient text = sockJs();
    text.receipted("SUBSCRIBE\nid:1\ndestination:/topic/t\n\n\0");
    byte[] utf8 = "grün".getBytes(StandardCharsets.UTF_8);
    send(tcp(), "destination:/topic/t\ncontent-type:application/octet-stream", utf8);
    isPlain(text.message(), utf8);
  }

  @Test
  void sockJsClientSendsBytesAsBase64() {
    StompTestClient raw = tcp();
    raw.receipted("SUBSCRIBE\nid:1\ndestination:/topic/t\n\n\0");
    sockJs()
        .receipted(
            "SEND\ndestination:/topic/t\ncontent-transfer-encoding:Base64\n\n" + BASE64 + "\0");
    isPlain(raw.message(), BYTES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-__-AQ", "-__-AQ==", "+//+AQ==", "+//+AQ"})
  void bothBase64AlphabetsAreAccepted(String base64) {
    StompTestClient raw = tcp();
    raw.receipted("SUBSCRIBE\nid:1\ndestination:/topic/t\n\n\0");
    String head = "SEND\ndestination:/topic/t\ncontent-transfer-encoding:base64\n\n";
    sockJs().receipted(head + base64 + "\0");
    isPlain(raw.message(), new byte[] {-5, -1, -2, 1});
  }

  @Test
  void invalidTransferEncodingIsAnError() {
    String head = "SEND\ndestination:/topic/t\n";
    StompTestClient client = sockJs();
    client.send(head + "content-transfer-encoding:base64\n\n*not it*\0");
    assertThat(client.error().header("message"))
        .isEqualTo("the body is what its content-transfer-encoding says\\c base64");
    StompTestClient other = tcp();
    other.receipted("BEGIN\ntransaction:t\n\n\0");
    other.send(head + "transaction:t\ncontent-transfer-encoding:quoted-printable\n\n=3D\0");
    assertThat(other.error().header("message"))
        .isEqualTo("content-transfer-encoding is base64, or is not there");
  }

  @Test
  void frameOfACustomHandlerIsEncodedAsText() {
    Map<String, String> headers = Map.of("a", "b", "content-length", "7");
    Frame frame =
        TransferEncoding.asText(new Frame(Command.MESSAGE, headers, Buffer.buffer(BYTES)));
    assertThat(frame.getHeaders())
        .isEqualTo(Map.of("a", "b", "content-transfer-encoding", "base64"));
    assertThat(frame.getBodyAsString()).isEqualTo(BASE64);
  }
}
