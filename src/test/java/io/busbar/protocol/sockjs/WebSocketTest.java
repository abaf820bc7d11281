package io.busbar.protocol.sockjs;

import static io.busbar.protocol.sockjs.SockJsServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.session.RawHttp;
import io.busbar.protocol.sockjs.SockJsServer.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** sockjs-protocol 0.3.3, "WebSocket protocols" and "Raw WebSocket url". */
class WebSocketTest {
  @RegisterExtension static final SockJsServer SERVER = new SockJsServer();

  private final WebSocketClients clients = new WebSocketClients(SERVER);

  @Test
  void requestWithoutUpgradeIsABadRequest() throws IOException {
    Reply reply = SERVER.get("/echo/0/0/websocket");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body()).contains("Can \"Upgrade\" only to \"WebSocket\".");
  }

  @Test
  void wrongConnectionHeaderIsABadRequest() throws IOException {
    Reply reply = SERVER.get("/echo/0/0/websocket", "Upgrade: WebSocket", "Connection: close");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body()).contains("\"Connection\" must be \"Upgrade\".");
  }

  @Test
  void onlyGetIsAllowed() throws IOException {
    for (String[] headers : new String[][] {{}, {"Upgrade: WebSocket", "Connection: Upgrade"}}) {
      Reply reply = SERVER.post("/echo/0/0/websocket", "", headers);
      assertThat(reply.status()).isEqualTo(405);
      assertThat(reply.header("Allow")).isEqualTo("GET");
      assertThat(reply.header("Content-Type")).isNull();
      assertThat(reply.body()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Upgrade", "keep-alive, Upgrade"})
  void handshakeFollowsTheSpecification(String connection) throws IOException {
    try (RawHttp http = SERVER.connect()) {
      RawHttp.Answer answer =
          http.get(
              fresh("/echo") + "/websocket",
              "Upgrade: websocket",
              "Connection: " + connection,
              "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Origin: http://asd",
              "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==");
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.header("Sec-WebSocket-Accept")).isEqualTo("HSmrc0sMlYUkAGmm5OPpG2HaGWk=");
      assertThat(answer.header("Connection")).isEqualToIgnoringCase("upgrade");
      assertThat(answer.header("Upgrade")).isEqualToIgnoringCase("websocket");
      assertThat(answer.header("Content-Length")).isNull();
      assertThat(http.bytes(3)).containsExactly(0x81, 1, 'o');
    }
  }

  @Test
  void messagesAreEchoed() throws InterruptedException {
    WebSocketClients.Client client = clients.connect(fresh("/echo") + "/websocket");
    assertThat(client.next()).isEqualTo("o");
    client.send("[\"a\"]");
    assertThat(client.next()).isEqualTo("a[\"a\"]");
    client.send("\"one\"");
    assertThat(client.next()).isEqualTo("a[\"one\"]");
    assertThat(client.anyBinary()).isFalse();
    client.close();
  }

  @Test
  void closedSessionSendsItsCloseFrameAndClosesTheSocket() throws InterruptedException {
    WebSocketClients.Client client = clients.connect(fresh("/close") + "/websocket");
    assertThat(client.next()).isEqualTo("o");
    assertThat(client.next()).isEqualTo("c[3000,\"Go away!\"]");
    assertThat(client.closeCode()).isEqualTo(3000);
  }

  @Test
  void emptyMessagesAreIgnored() throws InterruptedException {
    WebSocketClients.Client client = clients.connect(fresh("/echo") + "/websocket");
    assertThat(client.next()).isEqualTo("o");
    client.send("");
    client.send("[]");
    client.sendBinary(new byte[0]);
    client.sendFragments("", "");
    client.send("[\"a\"]");
    assertThat(client.next()).isEqualTo("a[\"a\"]");
    client.close();
  }

  @Test
  void fragmentsAndBinaryMessagesAreAccepted() throws InterruptedException {
    WebSocketClients.Client client = clients.connect(fresh("/echo") + "/websocket");
    assertThat(client.next()).isEqualTo("o");
    client.sendFragments("", "[\"fr", "ag", "ments\"]");
    assertThat(client.next()).isEqualTo("a[\"fragments\"]");
    client.sendBinary("[\"ä\"]".getBytes(StandardCharsets.UTF_8));
    assertThat(client.next()).isEqualTo("a[\"ä\"]");
    client.close();
  }

  @Test
  void sessionIdMayBeUsedBySeveralWebSockets() throws InterruptedException {
    String url = fresh("/echo") + "/websocket";
    WebSocketClients.Client one = clients.connect(url);
    WebSocketClients.Client two = clients.connect(url);
    assertThat(one.next()).isEqualTo("o");
    assertThat(two.next()).isEqualTo("o");
    one.send("[\"a\"]");
    assertThat(one.next()).isEqualTo("a[\"a\"]");
    two.send("[\"b\"]");
    assertThat(two.next()).isEqualTo("a[\"b\"]");
    one.close();
    two.close();
    WebSocketClients.Client again = clients.connect(url);
    assertThat(again.next()).isEqualTo("o");
    again.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[\"a", "{}", "[1]", "[[\"a\"]]", "[\"a\",null]", "x", "[\"a\"]]", "12"})
  void brokenJsonClosesTheSocket(String broken) throws InterruptedException {
    WebSocketClients.Client client = clients.connect(fresh("/echo") + "/websocket");
    assertThat(client.next()).isEqualTo("o");
    client.send(broken);
    assertThat(client.closeCode()).isEqualTo(1002);
    assertThat(client.closeReason()).isEqualTo("Broken JSON encoding.");
  }

  @Test
  void invalidUtf8ClosesTheSocket() throws InterruptedException {
    WebSocketClients.Client client = clients.connect(fresh("/echo") + "/websocket");
    assertThat(client.next()).isEqualTo("o");
    client.sendBinary(new byte[] {'[', '"', (byte) 0xC3, '"', ']'});
    assertThat(client.closeCode()).isEqualTo(1007);
  }

  @Test
  void idleSocketReceivesHeartbeats() throws InterruptedException {
    WebSocketClients.Client client = clients.connect(fresh("/echo") + "/websocket");
    assertThat(client.next()).isEqualTo("o");
    assertThat(client.next()).isEqualTo("h");
    assertThat(client.next()).isEqualTo("h");
    client.close();
  }

  @Test
  void closeWithAnOwnCodeComesAfterEarlierMessages() throws InterruptedException {
    WebSocketClients.Client client =
        clients.connect(fresh("/echo") + "/websocket", "X-Test: closes");
    assertThat(client.next()).isEqualTo("o");
    client.send("[\"last\"]");
    assertThat(client.next()).isEqualTo("a[\"last\"]");
    SERVER.onLoopOf("closes", session -> session.close(new Disconnect(4001, "\"so\"", false)));
    assertThat(client.next()).isEqualTo("c[4001,\"\\\"so\\\"\"]");
    assertThat(client.closeCode()).isEqualTo(4001);
  }

  @Test
  void disabledWebSocketIsNotFound() throws IOException {
    String[] upgrade = {
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw=="
    };
    String off = "/disabled_websocket_echo";
    assertThat(SERVER.get(off + "/0/0/websocket", upgrade).status()).isEqualTo(404);
    assertThat(SERVER.get(off + "/websocket", upgrade).status()).isEqualTo(404);
  }

  @Test
  void rawSocketHasNoSockJsFrames() throws InterruptedException {
    WebSocketClients.Client client = clients.connect("/echo/websocket");
    client.send("Hello world!\uffff");
    assertThat(client.next()).isEqualTo("Hello world!\uffff");
    client.send("[\"a\"]");
    assertThat(client.next()).isEqualTo("[\"a\"]");
    assertThat(client.anyBinary()).isFalse();
    client.close();
  }

  @Test
  void rawSocketClosesWithTheCodeAndReason() {
    WebSocketClients.Client client = clients.connect("/close/websocket");
    assertThat(client.closeCode()).isEqualTo(3000);
    assertThat(client.closeReason()).isEqualTo("Go away!");
  }
}
