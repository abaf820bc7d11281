package io.busbar.protocol.sockjs;

import static io.busbar.protocol.sockjs.SockJsServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.session.RawHttp;
import io.busbar.protocol.sockjs.SockJsServer.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** sockjs-protocol 0.3.3, "XhrPolling" and "XhrStreaming". */
class XhrTest {
  @RegisterExtension static final SockJsServer SERVER = new SockJsServer();

  @ParameterizedTest
  @ValueSource(strings = {"xhr", "xhr_send", "xhr_streaming"})
  void transportAnswersPreflight(String transport) throws IOException {
    Headers.assertPreflight(SERVER, "/echo/abc/abc/" + transport, "OPTIONS, POST");
  }

  @Test
  void pollsReceiveSentMessages() throws IOException {
    String url = fresh("/echo");
    Reply opened = SERVER.post(url + "/xhr", "", "Origin: http://test");
    assertThat(opened.status()).isEqualTo(200);
    assertThat(opened.body()).isEqualTo("o\n");
    assertThat(opened.header("Content-Type"))
        .isEqualToIgnoringCase("application/javascript; charset=UTF-8");
    Headers.assertCrossOrigin(opened, "http://test");
    Headers.assertNotCached(opened);
    Reply sent = SERVER.post(url + "/xhr_send", "[\"x\"]");
    assertThat(sent.status()).isEqualTo(204);
    assertThat(sent.body()).isEmpty();
    assertThat(sent.header("Content-Type")).isEqualTo("text/plain; charset=UTF-8");
    Headers.assertCrossOrigin(sent, null);
    Headers.assertNotCached(sent);
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("a[\"x\"]\n");
  }

  @Test
  void connectionIsKeptAliveThroughPollsAndSends() throws IOException {
    String url = fresh("/echo");
    try (RawHttp http = SERVER.connect()) {
      assertThat(http.post(url + "/xhr", "").body()).isEqualTo("o\n");
      for (int i = 0; i < 20; i++) {
        assertThat(http.post(url + "/xhr_send", "[\"" + i + "\"]").status()).isEqualTo(204);
        RawHttp.Answer answer = http.post(url + "/xhr", "");
        assertThat(answer.header("Connection")).isNull();
        assertThat(answer.body()).isEqualTo("a[\"" + i + "\"]\n");
      }
    }
  }

  @Test
  void invalidPayloadsAreErrorsAndTheSessionStaysOpen() throws IOException {
    String url = fresh("/echo");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("o\n");
    String[] broken = {
      "[\"x", "x", "{}", "\"a\"", "[1]", "[\"a\",[]]", "[\"a\"] x", "[\"\n\"]", "["
    };
    for (String payload : broken) {
      Reply reply = SERVER.post(url + "/xhr_send", payload);
      assertThat(reply.status()).as(payload).isEqualTo(500);
      assertThat(reply.body()).isEqualTo("Broken JSON encoding.");
    }
    Reply empty = SERVER.post(url + "/xhr_send", "");
    assertThat(empty.status()).isEqualTo(500);
    assertThat(empty.body()).isEqualTo("Payload expected.");
    assertThat(SERVER.post(url + "/xhr_send", "[]").status()).isEqualTo(204);
    assertThat(SERVER.post(url + "/xhr_send", "[\"a\"]").status()).isEqualTo(204);
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("a[\"a\"]\n");
  }

  @Test
  void invalidUtf8IsAnError() throws IOException {
    String url = fresh("/echo");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("o\n");
    try (RawHttp http = SERVER.connect()) {
      String head = "POST " + url + "/xhr_send HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n";
      http.raw(head.getBytes(StandardCharsets.US_ASCII));
      http.raw(new byte[] {'[', '"', (byte) 0xC3, (byte) 0x28, '"', ']'});
      assertThat(http.answer().status()).isEqualTo(500);
    }
  }

  @Test
  void anyContentTypeIsAccepted() throws IOException {
    String url = fresh("/echo");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("o\n");
    String[] types = {
      "text/plain",
      "T",
      "application/json",
      "application/xml",
      "",
      "application/json; charset=utf-8",
      "text/xml; charset=utf-8",
      "text/xml"
    };
    for (String type : types) {
      Reply reply = SERVER.post(url + "/xhr_send", "[\"a\"]", "Content-Type: " + type);
      assertThat(reply.status()).isEqualTo(204);
    }
    assertThat(SERVER.post(url + "/xhr", "").body())
        .isEqualTo("a[" + "\"a\",".repeat(types.length - 1) + "\"a\"]\n");
  }

  @Test
  void requestedHeadersAreAllowed() throws IOException {
    Reply asked =
        SERVER.post(fresh("/echo") + "/xhr", "", "Access-Control-Request-Headers: a, b, c");
    assertThat(asked.header("Access-Control-Allow-Headers")).isEqualTo("a, b, c");
    Reply empty = SERVER.post(fresh("/echo") + "/xhr", "", "Access-Control-Request-Headers: ");
    assertThat(empty.header("Access-Control-Allow-Headers")).isNull();
    assertThat(SERVER.post(fresh("/echo") + "/xhr", "").header("Access-Control-Allow-Headers"))
        .isNull();
  }

  @Test
  void streamReceivesSentMessages() throws IOException {
    String url = fresh("/echo");
    try (RawHttp http = SERVER.connect()) {
      RawHttp.Answer stream = http.post(url + "/xhr_streaming", "", "Origin: http://test");
      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.header("Content-Type"))
          .isEqualToIgnoringCase("application/javascript; charset=UTF-8");
      Headers.assertCrossOrigin(stream, "http://test");
      Headers.assertNotCached(stream);
      assertThat(stream.chunk()).isEqualTo("h".repeat(2048) + "\n");
      assertThat(stream.chunk()).isEqualTo("o\n");
      assertThat(SERVER.post(url + "/xhr_send", "[\"x\"]").status()).isEqualTo(204);
      assertThat(stream.chunk()).isEqualTo("a[\"x\"]\n");
    }
  }

  @Test
  void streamEndsAtItsLimitAndTheConnectionStaysOpen() throws IOException {
    String url = fresh("/echo");
    String message = "\"" + "x".repeat(128) + "\"";
    try (RawHttp http = SERVER.connect()) {
      RawHttp.Answer stream = http.post(url + "/xhr_streaming", "");
      assertThat(stream.chunk()).hasSize(2049);
      assertThat(stream.chunk()).isEqualTo("o\n");
      for (int i = 0; i < 31; i++) {
        assertThat(SERVER.post(url + "/xhr_send", "[" + message + "]").status()).isEqualTo(204);
        assertThat(stream.chunk()).isEqualTo("a[" + message + "]\n");
      }
      assertThat(stream.chunk()).isEmpty();
      assertThat(SERVER.post(url + "/xhr_send", "[\"next\"]").status()).isEqualTo(204);
      RawHttp.Answer next = http.post(url + "/xhr_streaming", "");
      assertThat(next.chunk()).hasSize(2049);
      assertThat(next.chunk()).isEqualTo("a[\"next\"]\n");
    }
  }

  @Test
  void waitingReceiversReceiveHeartbeats() throws IOException {
    String url = fresh("/echo");
    try (RawHttp http = SERVER.connect()) {
      assertThat(http.post(url + "/xhr", "").body()).isEqualTo("o\n");
      assertThat(http.post(url + "/xhr", "").body()).isEqualTo("h\n");
      assertThat(http.post(url + "/xhr", "").body()).isEqualTo("h\n");
      RawHttp.Answer stream = http.post(url + "/xhr_streaming", "");
      assertThat(stream.chunk()).hasSize(2049);
      assertThat(stream.chunk()).isEqualTo("h\n");
      assertThat(stream.chunk()).isEqualTo("h\n");
    }
  }

  @Test
  void sessionMayChangeItsTransport() throws IOException {
    String url = fresh("/echo");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("o\n");
    assertThat(SERVER.post(url + "/xhr_send", "[\"1\"]").status()).isEqualTo(204);
    assertThat(SERVER.get(url + "/jsonp?c=cb").body()).isEqualTo("/**/cb(\"a[\\\"1\\\"]\");\r\n");
    assertThat(SERVER.post(url + "/xhr_send", "[\"2\"]").status()).isEqualTo(204);
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("a[\"2\"]\n");
  }
}
