package io.busbar.protocol.sockjs;

import static io.busbar.protocol.sockjs.SockJsServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.session.RawHttp;
import io.busbar.protocol.sockjs.SockJsServer.Reply;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** sockjs-protocol 0.3.3, "JSESSIONID cookie". */
class CookieTest {
  @RegisterExtension static final SockJsServer SERVER = new SockJsServer();

  private static final String PREFIX = "/cookie_needed_echo";

  private static void assertSessionCookie(List<String> cookies, String value) {
    // The suite joins all Set-Cookie headers by commas.
    String[] parts = String.join(", ", cookies).split(";");
    assertThat(parts[0].strip()).isEqualTo("JSESSIONID=" + value);
    assertThat(parts[1].strip()).isEqualToIgnoringCase("path=/");
  }

  @Test
  void infoSaysThatCookiesAreNeededAndSetsNone() throws IOException {
    Reply reply = SERVER.get(PREFIX + "/info");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Set-Cookie")).isNull();
    assertThat(new JsonObject(reply.body()).getBoolean("cookie_needed")).isTrue();
  }

  @Test
  void pollsSetOrEchoTheCookie() throws IOException {
    Reply first = SERVER.post(fresh(PREFIX) + "/xhr", "");
    assertThat(first.body()).isEqualTo("o\n");
    assertSessionCookie(first.headers("Set-Cookie"), "dummy");
    Reply known = SERVER.post(fresh(PREFIX) + "/xhr", "", "Cookie: a=b; JSESSIONID=abcdef");
    assertThat(known.body()).isEqualTo("o\n");
    assertSessionCookie(known.headers("Set-Cookie"), "abcdef");
  }

  @Test
  void invalidCookieIsNotEchoed() throws IOException {
    Reply reply = SERVER.post(fresh(PREFIX) + "/xhr", "", "Cookie: JSESSIONID=a\"b,c");
    assertSessionCookie(reply.headers("Set-Cookie"), "dummy");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/xhr_streaming", "/eventsource", "/htmlfile?c=%63allback"})
  void streamsSetTheCookie(String transport) throws IOException {
    try (RawHttp http = SERVER.connect()) {
      String method = transport.startsWith("/xhr") ? "POST" : "GET";
      RawHttp.Answer answer = http.send(method, fresh(PREFIX) + transport, null).answer();
      assertThat(answer.status()).isEqualTo(200);
      assertSessionCookie(answer.headers("Set-Cookie"), "dummy");
    }
  }

  @Test
  void jsonpSetsTheCookieOnPollsAndSends() throws IOException {
    String url = fresh(PREFIX);
    Reply opened = SERVER.get(url + "/jsonp?c=%63allback");
    assertThat(opened.body()).isEqualTo("/**/callback(\"o\");\r\n");
    assertSessionCookie(opened.headers("Set-Cookie"), "dummy");
    Reply sent =
        SERVER.post(
            url + "/jsonp_send",
            "d=%5B%22x%22%5D",
            "Content-Type: application/x-www-form-urlencoded");
    assertThat(sent.body()).isEqualTo("ok");
    assertSessionCookie(sent.headers("Set-Cookie"), "dummy");
  }

  @Test
  void webSocketHandshakesSetTheCookie() throws IOException {
    for (String path : new String[] {fresh(PREFIX) + "/websocket", PREFIX + "/websocket"}) {
      try (RawHttp http = SERVER.connect()) {
        RawHttp.Answer answer =
            http.get(
                path,
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==");
        assertThat(answer.status()).isEqualTo(101);
        assertSessionCookie(answer.headers("Set-Cookie"), "dummy");
      }
    }
  }

  @Test
  void noCookieIsSetUnlessNeeded() throws IOException {
    assertThat(SERVER.post(fresh("/echo") + "/xhr", "").headers("Set-Cookie"))
        .noneMatch(cookie -> cookie.startsWith("JSESSIONID"));
  }
}
