package io.busbar.protocol.sockjs;

import static io.busbar.protocol.sockjs.SockJsServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.session.Polls;
import io.busbar.protocol.session.RawHttp;
import io.busbar.protocol.sockjs.SockJsServer.Reply;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** sockjs-protocol 0.3.3, "Session URLs" and "Protocol and framing". */
class SessionUrlsTest {
  @RegisterExtension static final SockJsServer SERVER = new SockJsServer();

  @ParameterizedTest
  @ValueSource(strings = {"/a/a", "/_/_", "/1/1", "/abcdefgh_i-j%20/abcdefg_i-j%20"})
  void serverAndSessionMayBeAnyText(String session) throws IOException {
    Reply reply = SERVER.post("/echo" + session + "/xhr", "");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("o\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"//", "/a./a", "/a/a.", "/./.", "/", "///"})
  void serverOrSessionThatIsEmptyOrHasADotIsNotFound(String session) throws IOException {
    assertThat(SERVER.get("/echo" + session + "/xhr").status()).isEqualTo(404);
    assertThat(SERVER.post("/echo" + session + "/xhr", "").status()).isEqualTo(404);
  }

  @Test
  void serverPartIsIgnored() throws IOException {
    String id = UUID.randomUUID().toString();
    assertThat(SERVER.post("/echo/000/" + id + "/xhr", "").body()).isEqualTo("o\n");
    Reply sent = SERVER.post("/echo/000/" + id + "/xhr_send", "[\"a\"]");
    assertThat(sent.status()).isEqualTo(204);
    assertThat(sent.body()).isEmpty();
    assertThat(SERVER.post("/echo/999/" + id + "/xhr", "").body()).isEqualTo("a[\"a\"]\n");
  }

  @Test
  void secondReceiverIsRefused() throws IOException {
    String url = fresh("/echo");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("o\n");
    try (RawHttp one = SERVER.connect();
        RawHttp other = SERVER.connect()) {
      one.send("POST", url + "/xhr", "");
      other.send("POST", url + "/xhr", "");
      // The server decides which of the two is second.
      RawHttp second = Polls.firstAnswered(one, other);
      RawHttp.Answer answer = second.answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("c[2010,\"Another connection still open\"]\n");
    }
  }

  @Test
  void closedSessionRepeatsItsCloseFrame() throws IOException {
    String url = fresh("/close");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("o\n");
    for (int i = 0; i < 3; i++) {
      Reply reply = SERVER.post(url + "/xhr", "");
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).isEqualTo("c[3000,\"Go away!\"]\n");
    }
  }

  @Test
  void sendToAnUnknownSessionIsNotFound() throws IOException {
    assertThat(SERVER.post("/echo/000/bad_session/xhr_send", "[\"a\"]").status()).isEqualTo(404);
    assertThat(SERVER.post("/echo/000/bad_session/jsonp_send", "[\"a\"]").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"xhr", "xhr_streaming", "xhr_send", "jsonp_send"})
  void getIsNotAllowedForPostTransports(String transport) throws IOException {
    Reply reply = SERVER.get(fresh("/echo") + "/" + transport);
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.header("Allow")).isEqualTo("OPTIONS, POST");
    assertThat(reply.header("Content-Type")).isNull();
    assertThat(reply.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"eventsource", "htmlfile?c=x", "jsonp?c=x", "websocket"})
  void postIsNotAllowedForGetTransports(String transport) throws IOException {
    Reply reply = SERVER.post(fresh("/echo") + "/" + transport, "");
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.header("Allow")).isEqualTo("GET");
    assertThat(reply.header("Content-Type")).isNull();
    assertThat(reply.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"xhr", "xhr_streaming", "xhr_send", "jsonp_send"})
  void disabledPostTransportIsNotFound(String transport) throws IOException {
    assertThat(SERVER.post(fresh("/only_websocket") + "/" + transport, "[]").status())
        .isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"eventsource", "htmlfile?c=x", "jsonp?c=x"})
  void disabledGetTransportIsNotFound(String transport) throws IOException {
    assertThat(SERVER.get(fresh("/only_websocket") + "/" + transport).status()).isEqualTo(404);
  }
}
