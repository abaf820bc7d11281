package io.busbar.protocol.sockjs;

import static io.busbar.protocol.sockjs.SockJsServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.session.RawHttp;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** sockjs-protocol 0.3.3, "Http 1.0 and 1.1 chunking". */
class HttpVersionsTest {
  @RegisterExtension static final SockJsServer SERVER = new SockJsServer();

  private static final String GO_AWAY = "c[3000,\"Go away!\"]\n";

  @Test
  void http10ResponseHasALengthAndMayBeKeptAlive() throws IOException {
    try (RawHttp http = SERVER.connect()) {
      for (int i = 0; i < 2; i++) {
        http.sendAs("HTTP/1.0", "GET", "/echo", null, "Connection: Keep-Alive");
        RawHttp.Answer answer = http.answer();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Transfer-Encoding")).isNull();
        assertThat(answer.header("Content-Length")).isEqualTo("19");
        assertThat(answer.header("Connection")).isEqualToIgnoringCase("keep-alive");
        assertThat(answer.body()).isEqualTo("Welcome to SockJS!\n");
      }
    }
  }

  @Test
  void http10StreamLastsUntilTheConnectionEnds() throws IOException {
    try (RawHttp http = SERVER.connect()) {
      String url = fresh("/close") + "/xhr_streaming";
      http.sendAs("HTTP/1.0", "POST", url, null, "Connection: Keep-Alive");
      RawHttp.Answer answer = http.answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Transfer-Encoding")).isNull();
      assertThat(answer.header("Content-Length")).isNull();
      assertThat(http.read(2049)).startsWith("h");
      assertThat(http.read(2)).isEqualTo("o\n");
      assertThat(http.read(19)).isEqualTo(GO_AWAY);
      assertThat(http.isAtEnd()).isTrue();
    }
  }

  @Test
  void pollingWorksOverHttp10() throws IOException {
    String url = fresh("/echo");
    for (String expected : new String[] {"o\n", "a[\"1\"]\n"}) {
      try (RawHttp http = SERVER.connect()) {
        assertThat(http.sendAs("HTTP/1.0", "POST", url + "/xhr", "").answer().body())
            .isEqualTo(expected);
        assertThat(http.isAtEnd()).isTrue();
      }
      assertThat(SERVER.post(url + "/xhr_send", "[\"1\"]").status()).isEqualTo(204);
    }
  }

  @Test
  void http11ConnectionIsKeptAlive() throws IOException {
    try (RawHttp http = SERVER.connect()) {
      for (int i = 0; i < 2; i++) {
        RawHttp.Answer answer = http.get("/echo", "Connection: Keep-Alive");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.version()).isEqualTo("HTTP/1.1");
        assertThat(answer.header("Content-Length")).isEqualTo("19");
        assertThat(answer.header("Transfer-Encoding")).isNull();
        assertThat(answer.body()).isEqualTo("Welcome to SockJS!\n");
      }
    }
  }

  @Test
  void http11StreamIsChunkedAndKeptAlive() throws IOException {
    try (RawHttp http = SERVER.connect()) {
      RawHttp.Answer answer = http.post(fresh("/close") + "/xhr_streaming", "");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.isChunked()).isTrue();
      assertThat(answer.header("Content-Length")).isNull();
      assertThat(answer.chunk()).startsWith("h");
      assertThat(answer.chunk()).isEqualTo("o\n");
      assertThat(answer.chunk()).isEqualTo(GO_AWAY);
      assertThat(answer.chunk()).isEmpty();
      assertThat(http.get("/echo").status()).isEqualTo(200);
    }
  }

  @Test
  void connectionIsClosedOnRequest() throws IOException {
    try (RawHttp http = SERVER.connect()) {
      RawHttp.Answer answer = http.post(fresh("/echo") + "/xhr", "", "Connection: close");
      assertThat(answer.body()).isEqualTo("o\n");
      assertThat(http.isAtEnd()).isTrue();
    }
  }
}
