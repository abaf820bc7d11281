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

/** sockjs-protocol 0.3.3, "EventSource", "HtmlFile" and "JsonpPolling". */
class PageTransportsTest {
  @RegisterExtension static final SockJsServer SERVER = new SockJsServer();

  private static final String FORM = "Content-Type: application/x-www-form-urlencoded";
  private static final String HTML_HEAD =
      """
      <!doctype html>
      <html><head>
        <meta http-equiv="X-UA-Compatible" content="IE=edge" />
        <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
      </head><body><h2>Don't panic!</h2>
        <script>
          document.domain = document.domain;
          var c = parent.callback;
          c.start();
          function p(d) {c.message(d);};
          window.onload = function() {c.stop();};
        </script>\
      """;

  private static String script(String call) {
    return "<script>\np(\"" + call + "\");\n</script>\r\n";
  }

  private static void send(String url, String body) throws IOException {
    Reply sent = SERVER.post(url + "/xhr_send", body);
    assertThat(sent.status()).isEqualTo(204);
    assertThat(sent.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST /xhr_streaming", "GET /eventsource", "GET /htmlfile?c=callback"})
  void streamsTellProxiesNotToBuffer(String request) throws IOException {
    String[] parts = request.split(" ");
    try (RawHttp http = SERVER.connect()) {
      RawHttp.Answer stream =
          http.send(parts[0], fresh("/echo") + parts[1], parts[0].equals("POST") ? "" : null)
              .answer();
      assertThat(stream.headers("X-Accel-Buffering")).containsExactly("no");
      assertThat(stream.header("Cache-Control").split(", ")).contains("no-transform", "no-store");
    }
  }

  @Test
  void eventSourceReceivesEvents() throws IOException {
    String url = fresh("/echo");
    try (RawHttp http = SERVER.connect()) {
      RawHttp.Answer stream = http.get(url + "/eventsource");
      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.header("Content-Type"))
          .isEqualToIgnoringCase("text/event-stream; charset=UTF-8");
      Headers.assertNotCached(stream);
      assertThat(stream.chunk()).isEqualTo("\r\n");
      assertThat(stream.chunk()).isEqualTo("data: o\r\n\r\n");
      send(url, "[\"x\"]");
      assertThat(stream.chunk()).isEqualTo("data: a[\"x\"]\r\n\r\n");
      send(url, "[\"  \\u0000\\n\\r \"]");
      assertThat(stream.chunk()).isEqualTo("data: a[\"  \\u0000\\n\\r \"]\r\n\r\n");
    }
  }

  @Test
  void eventSourceEndsAtItsLimit() throws IOException {
    String url = fresh("/echo");
    String message = "\"" + "x".repeat(4096) + "\"";
    try (RawHttp http = SERVER.connect()) {
      RawHttp.Answer stream = http.get(url + "/eventsource");
      assertThat(stream.chunk()).isEqualTo("\r\n");
      assertThat(stream.chunk()).isEqualTo("data: o\r\n\r\n");
      send(url, "[" + message + "]");
      assertThat(stream.chunk()).isEqualTo("data: a[" + message + "]\r\n\r\n");
      assertThat(stream.chunk()).isEmpty();
    }
  }

  @Test
  void htmlFileReceivesScripts() throws IOException {
    String url = fresh("/echo");
    try (RawHttp http = SERVER.connect()) {
      RawHttp.Answer stream = http.get(url + "/htmlfile?c=%63allback");
      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.header("Content-Type")).isEqualToIgnoringCase("text/html; charset=UTF-8");
      Headers.assertNotCached(stream);
      assertThat(stream.headers("Content-Security-Policy"))
          .containsExactly(
              "default-src 'none'; script-src 'unsafe-inline';"
                  + " frame-ancestors 'self' https://a.example");
      String prelude = stream.chunk();
      assertThat(prelude.strip()).isEqualTo(HTML_HEAD);
      assertThat(prelude.length()).isGreaterThan(1024);
      assertThat(stream.chunk()).isEqualTo(script("o"));
      send(url, "[\"x\"]");
      assertThat(stream.chunk()).isEqualTo(script("a[\\\"x\\\"]"));
    }
  }

  @Test
  void messageCannotEndTheScript() throws IOException {
    String url = fresh("/echo");
    try (RawHttp http = SERVER.connect()) {
      RawHttp.Answer stream = http.get(url + "/htmlfile?c=callback");
      assertThat(stream.chunk()).contains("parent.callback;");
      assertThat(stream.chunk()).isEqualTo(script("o"));
      send(url, "[\"</script><!--\\u2028\"]");
      assertThat(stream.chunk()).isEqualTo(script("a[\\\"\\u003c/script>\\u003c!--\\\\u2028\\\"]"));
    }
  }

  @Test
  void htmlFileEndsAtItsLimit() throws IOException {
    String url = fresh("/echo");
    String message = "x".repeat(4096);
    try (RawHttp http = SERVER.connect()) {
      RawHttp.Answer stream = http.get(url + "/htmlfile?c=callback");
      assertThat(stream.chunk()).isNotEmpty();
      assertThat(stream.chunk()).isEqualTo(script("o"));
      send(url, "[\"" + message + "\"]");
      assertThat(stream.chunk()).isEqualTo(script("a[\\\"" + message + "\\\"]"));
      assertThat(stream.chunk()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"htmlfile", "jsonp", "htmlfile?c=", "jsonp?c="})
  void callbackIsRequired(String transport) throws IOException {
    Reply reply = SERVER.get("/echo/a/a/" + transport);
    assertThat(reply.status()).isEqualTo(500);
    assertThat(reply.body()).contains("\"callback\" parameter required");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%20", "*", "abc(", "abc%28", "%3Cscript%3E", "%E4", "%", "%zz"})
  void invalidCallbackNameIsAnError(String callback) throws IOException {
    for (String transport : new String[] {"htmlfile", "jsonp"}) {
      Reply reply = SERVER.get("/echo/a/a/" + transport + "?c=" + callback);
      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.body()).contains("invalid \"callback\" parameter");
    }
  }

  @Test
  void jsonpReceivesAndSendsMessages() throws IOException {
    String url = fresh("/echo");
    Reply opened = SERVER.get(url + "/jsonp?c=%63allback");
    assertThat(opened.status()).isEqualTo(200);
    assertThat(opened.header("Content-Type"))
        .isEqualToIgnoringCase("application/javascript; charset=UTF-8");
    Headers.assertNotCached(opened);
    assertThat(opened.body()).isEqualTo("/**/callback(\"o\");\r\n");
    Reply sent = SERVER.post(url + "/jsonp_send", "d=%5B%22x%22%5D", FORM);
    assertThat(sent.status()).isEqualTo(200);
    assertThat(sent.body()).isEqualTo("ok");
    assertThat(sent.header("Content-Type")).isEqualToIgnoringCase("text/plain; charset=UTF-8");
    Headers.assertNotCached(sent);
    assertThat(SERVER.get(url + "/jsonp?c=%63allback").body())
        .isEqualTo("/**/callback(\"a[\\\"x\\\"]\");\r\n");
  }

  @Test
  void invalidFormsAreErrorsAndTheSessionStaysOpen() throws IOException {
    String url = fresh("/echo");
    assertThat(SERVER.get(url + "/jsonp?c=x").body()).isEqualTo("/**/x(\"o\");\r\n");
    for (String broken : new String[] {"d=%5B%22x", "d=%5B%22%C3%22%5D", "d=%", "d=%5", "d=%zz"}) {
      Reply reply = SERVER.post(url + "/jsonp_send", broken, FORM);
      assertThat(reply.status()).as(broken).isEqualTo(500);
      assertThat(reply.body()).isEqualTo("Broken JSON encoding.");
    }
    for (String empty : new String[] {"", "d=", "p=p"}) {
      Reply reply = SERVER.post(url + "/jsonp_send", empty, FORM);
      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.body()).isEqualTo("Payload expected.");
    }
    assertThat(SERVER.post(url + "/jsonp_send", "d=%5B%5D", FORM).body()).isEqualTo("ok");
    assertThat(SERVER.post(url + "/jsonp_send", "p=p&d=%5B%22b+%C3%a4%22%5D", FORM).body())
        .isEqualTo("ok");
    assertThat(SERVER.get(url + "/jsonp?c=x").body()).isEqualTo("/**/x(\"a[\\\"b ä\\\"]\");\r\n");
  }

  @Test
  void plainTextBodyIsNotUnescaped() throws IOException {
    String url = fresh("/echo");
    assertThat(SERVER.get(url + "/jsonp?c=x").body()).isEqualTo("/**/x(\"o\");\r\n");
    assertThat(SERVER.post(url + "/jsonp_send", "d=%5B%22abc%22%5D", FORM).body()).isEqualTo("ok");
    assertThat(SERVER.post(url + "/jsonp_send", "[\"%61bc\"]", "Content-Type: text/plain").body())
        .isEqualTo("ok");
    assertThat(SERVER.get(url + "/jsonp?c=x").body())
        .isEqualTo("/**/x(\"a[\\\"abc\\\",\\\"%61bc\\\"]\");\r\n");
  }

  @Test
  void closedSessionRepeatsItsCloseFrameOverJsonp() throws IOException {
    String url = fresh("/close");
    assertThat(SERVER.get(url + "/jsonp?c=x").body()).isEqualTo("/**/x(\"o\");\r\n");
    for (int i = 0; i < 2; i++) {
      assertThat(SERVER.get(url + "/jsonp?c=x").body())
          .isEqualTo("/**/x(\"c[3000,\\\"Go away!\\\"]\");\r\n");
    }
  }
}
