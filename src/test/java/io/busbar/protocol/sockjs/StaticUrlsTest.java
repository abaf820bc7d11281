package io.busbar.protocol.sockjs;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.sockjs.SockJsServer.Reply;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** sockjs-protocol 0.3.3, "Static URLs": BaseUrlGreeting, IframePage, InfoTest. */
class StaticUrlsTest {
  @RegisterExtension static final SockJsServer SERVER = new SockJsServer();

  private static final Pattern IFRAME =
      Pattern.compile(
          """
          ^<!DOCTYPE html>
          <html>
          <head>
            <meta http-equiv="X-UA-Compatible" content="IE=edge" />
            <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
            <script>
              document.domain = document.domain;
              _sockjs_onload = function\\(\\)\\{SockJS.bootstrap_iframe\\(\\);\\};
            </script>
            <script src="(?<library>[^"]*)"></script>
          </head>
          <body>
            <h2>Don't panic!</h2>
            <p>This is a SockJS hidden iframe. It's used for cross domain magic.</p>
          </body>
          </html>$""");

  @ParameterizedTest
  @ValueSource(strings = {"/echo", "/echo/"})
  void baseUrlReturnsTheGreeting(String path) throws IOException {
    Reply reply = SERVER.get(path);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type")).isEqualToIgnoringCase("text/plain; charset=UTF-8");
    assertThat(reply.body()).isEqualTo("Welcome to SockJS!\n");
    assertThat(reply.header("Set-Cookie")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a", "/a.html", "//", "///", "/a/a", "/a/a/", "/a/", "/a/a/a/xhr"})
  void otherUrlsAreNotFound(String suffix) throws IOException {
    assertThat(SERVER.get("/echo" + suffix).status()).isEqualTo(404);
  }

  @Test
  void baseUrlAllowsGetAndHeadOnly() throws IOException {
    Reply reply = SERVER.post("/echo", "x");
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.header("Allow")).isEqualTo("GET, HEAD");
    assertThat(SERVER.ask("HEAD", "/echo", null).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/iframe.html",
        "/iframe-a.html",
        "/iframe-.html",
        "/iframe-0.1.2.html",
        "/iframe-0.1.2abc-dirty.2144.html",
        "/iframe-a.html?t=1234",
        "/iframe-0.1.2abc-dirty.2144.html?t=qweqweq123"
      })
  void iframePageMatchesTheSpecificationAndIsCached(String suffix) throws IOException {
    Reply reply = SERVER.get("/echo" + suffix);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type")).isEqualToIgnoringCase("text/html; charset=UTF-8");
    assertThat(reply.header("Cache-Control")).contains("public").contains("max-age=31536000");
    assertThat(reply.header("Expires"))
        .matches("[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT");
    assertThat(reply.header("ETag")).isNotEmpty();
    assertThat(reply.header("Last-Modified")).isNull();
    assertThat(reply.header("Set-Cookie")).isNull();
    Matcher page = IFRAME.matcher(reply.body().strip());
    assertThat(page.matches()).as(reply.body()).isTrue();
    assertThat(page.group("library")).isEqualTo("/webjars/sockjs-client/dist/sockjs.min.js");
  }

  @Test
  void iframePolicyAllowsItsScriptAndConfiguredFramers() throws Exception {
    Reply reply = SERVER.get("/echo/iframe.html");
    String script = reply.body().split("<script>|</script>", 3)[1];
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
    assertThat(reply.headers("Content-Security-Policy")).hasSize(1);
    assertThat(reply.header("Content-Security-Policy"))
        .startsWith("default-src 'none'; script-src 'sha256-")
        .contains("'sha256-" + Base64.getEncoder().encodeToString(hash) + "'")
        .contains("'self'")
        .endsWith("frame-ancestors 'self' https://a.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/iframe.htm",
        "/iframe",
        "/IFRAME.HTML",
        "/IFRAME",
        "/iframe.HTML",
        "/iframe.xml",
        "/iframe-/.html"
      })
  void otherIframeUrlsAreNotFound(String suffix) throws IOException {
    assertThat(SERVER.get("/echo" + suffix).status()).isEqualTo(404);
  }

  @Test
  void knownIframePageIsNotModified() throws IOException {
    String etag = SERVER.get("/echo/iframe.html").header("ETag");
    assertThat(SERVER.get("/echo/iframe.html").header("ETag")).isEqualTo(etag);
    Reply known = SERVER.get("/echo/iframe.html", "If-None-Match: " + etag);
    assertThat(known.status()).isEqualTo(304);
    assertThat(known.header("Content-Type")).isNull();
    assertThat(known.body()).isEmpty();
  }

  @Test
  void infoDescribesTheServer() throws IOException {
    Reply reply = SERVER.get("/echo/info", "Origin: http://test");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type"))
        .isEqualToIgnoringCase("application/json; charset=UTF-8");
    assertThat(reply.header("Set-Cookie")).isNull();
    Headers.assertNotCached(reply);
    Headers.assertCrossOrigin(reply, "http://test");
    JsonObject info = new JsonObject(reply.body());
    assertThat(info.getBoolean("websocket")).isTrue();
    assertThat(info.getBoolean("cookie_needed")).isFalse();
    assertThat(info.getJsonArray("origins").getList()).hasToString("[*:*]");
    assertThat(info.getLong("entropy")).isBetween(0L, 0xFFFFFFFFL);
  }

  @Test
  void infoEntropyChanges() throws IOException {
    Object first = new JsonObject(SERVER.get("/echo/info").body()).getValue("entropy");
    Object second = new JsonObject(SERVER.get("/echo/info").body()).getValue("entropy");
    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void infoAnswersPreflightRequests() throws IOException {
    Headers.assertPreflight(SERVER, "/echo/info", "OPTIONS, GET");
  }

  @Test
  void infoSaysThatWebSocketsAreDisabled() throws IOException {
    JsonObject info = new JsonObject(SERVER.get("/disabled_websocket_echo/info").body());
    assertThat(info.getBoolean("websocket")).isFalse();
  }

  @Test
  void infoAllowsGetOnly() throws IOException {
    Reply reply = SERVER.post("/echo/info", "x");
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.header("Allow")).isEqualTo("OPTIONS, GET");
  }
}
