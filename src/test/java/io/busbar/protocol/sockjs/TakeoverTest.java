package io.busbar.protocol.sockjs;

import static io.busbar.protocol.sockjs.SockJsServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.session.RawHttp;
import io.busbar.protocol.sockjs.SockJsServer.Reply;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session's id is not enough to take the session over. */
class TakeoverTest {
  @RegisterExtension static final SockJsServer SERVER = new SockJsServer();

  private static final String AGENT = "User-Agent: Mozilla/5.0 (one)";
  private static final String OTHER_AGENT = "User-Agent: Mozilla/5.0 (other)";
  private static final String MINE = "Cookie: a=b; busbar-client=AAAAAAAAAAAAAAAAAAAAAA";
  private static final String YOURS = "Cookie: busbar-client=BBBBBBBBBBBBBBBBBBBBBB";

  private static void assertRefused(String url, String... headers) throws IOException {
    Reply unknown = SERVER.post("/wide/000/unknown/xhr_send", "[\"x\"]", headers);
    Reply send = SERVER.post(url + "/xhr_send", "[\"x\"]", headers);
    assertThat(send.status()).isEqualTo(404).isEqualTo(unknown.status());
    assertThat(send.body()).isEqualTo(unknown.body());
    assertThat(send.answer().names()).isEqualTo(unknown.answer().names());
    assertThat(SERVER.post(url + "/xhr", "", headers).status()).isEqualTo(404);
    assertThat(SERVER.post(url + "/xhr_streaming", "", headers).status()).isEqualTo(404);
    assertThat(SERVER.get(url + "/eventsource", headers).status()).isEqualTo(404);
    assertThat(SERVER.get(url + "/jsonp?c=x", headers).status()).isEqualTo(404);
    assertThat(SERVER.get(url + "/htmlfile?c=x", headers).status()).isEqualTo(404);
  }

  private static void assertAccepted(String url, String... headers) throws IOException {
    assertThat(SERVER.post(url + "/xhr_send", "[\"x\"]", headers).status()).isEqualTo(204);
    assertThat(SERVER.post(url + "/xhr", "", headers).body()).isEqualTo("a[\"x\"]\n");
  }

  @Test
  void sessionOpenedWithACookieNeedsThatCookie() throws IOException {
    String url = fresh("/wide");
    Reply opened = SERVER.post(url + "/xhr", "", MINE, AGENT);
    assertThat(opened.body()).isEqualTo("o\n");
    assertThat(opened.headers("Set-Cookie")).isEmpty();
    assertRefused(url, AGENT);
    assertRefused(url, YOURS, AGENT);
    assertRefused(url, "Cookie: busbar-client=", AGENT);
    assertRefused(url, "Cookie: busbar-client=A", AGENT);
    assertAccepted(url, MINE, OTHER_AGENT);
  }

  @Test
  void clientThatUsesItsIssuedCookieMustKeepUsingIt() throws IOException {
    String url = fresh("/wide");
    Reply opened = SERVER.post(url + "/xhr", "", AGENT);
    assertThat(opened.headers("Set-Cookie")).hasSize(1);
    String cookie = opened.header("Set-Cookie");
    assertThat(cookie)
        .matches("busbar-client=[A-Za-z0-9_-]{22}; Path=/wide; HttpOnly; SameSite=Lax");
    String issued = "Cookie: " + cookie.substring(0, cookie.indexOf(';'));
    assertAccepted(url, AGENT);
    assertAccepted(url, issued, AGENT);
    assertRefused(url, AGENT);
    assertRefused(url, YOURS, AGENT);
    assertAccepted(url, issued, AGENT);
  }

  @Test
  void sessionWithoutACookieNeedsTheSameUserAgent() throws IOException {
    String url = fresh("/wide");
    assertThat(SERVER.post(url + "/xhr", "", AGENT).body()).isEqualTo("o\n");
    assertRefused(url, OTHER_AGENT);
    assertRefused(url);
    assertAccepted(url, AGENT);
  }

  @Test
  void simultaneousTabsKeepTheirSessions() throws IOException {
    String one = fresh("/wide");
    String two = fresh("/wide");
    Reply first = SERVER.post(one + "/xhr", "", AGENT);
    Reply second = SERVER.post(two + "/xhr", "", AGENT);
    String last = second.header("Set-Cookie");
    String jar = "Cookie: " + last.substring(0, last.indexOf(';'));
    assertThat(first.header("Set-Cookie")).isNotNull();
    assertAccepted(one, jar, AGENT);
    assertAccepted(two, jar, AGENT);
  }

  @Test
  void refusedReceiversDoNotDisturbTheSession() throws IOException {
    String url = fresh("/wide");
    assertThat(SERVER.post(url + "/xhr", "", MINE).body()).isEqualTo("o\n");
    try (RawHttp waiting = SERVER.connect()) {
      waiting.send("POST", url + "/xhr", "", MINE);
      assertRefused(url, YOURS);
      assertThat(SERVER.post(url + "/xhr_send", "[\"x\"]", MINE).status()).isEqualTo(204);
      assertThat(waiting.answer().body()).isEqualTo("a[\"x\"]\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"xhr_send", "jsonp_send"})
  void unknownSessionIsRefusedBeforeTheBodyIsRead(String transport) throws IOException {
    try (RawHttp http = SERVER.connect()) {
      String head =
          "POST /wide/000/unknown/"
              + transport
              + " HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n";
      http.raw(head.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      assertThat(http.answer().status()).isEqualTo(404);
    }
  }

  @Test
  void tooManySessionsAreRefused() throws IOException {
    String one = fresh("/few");
    assertThat(SERVER.post(one + "/xhr", "").body()).isEqualTo("o\n");
    assertThat(SERVER.post(fresh("/few") + "/xhr", "").body()).isEqualTo("o\n");
    Reply refused = SERVER.post(fresh("/few") + "/xhr", "");
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.body()).isEqualTo("Too many sessions.\n");
    assertThat(SERVER.post(one + "/xhr_send", "[\"x\"]").status()).isEqualTo(204);
    assertThat(SERVER.post(one + "/xhr", "").body()).isEqualTo("a[\"x\"]\n");
  }
}
