package io.busbar.protocol.sockjs;

import io.busbar.protocol.BasePath;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The page that a client library loads in an iframe for cross-domain requests (SockJS 0.3.3,
 * "IframePage"). The specification prescribes its text except the URL of the library. Any thread
 * may use it.
 */
final class IframePage {
  private static final String SCRIPT =
      "\n    document.domain = document.domain;\n"
          + "    _sockjs_onload = function(){SockJS.bootstrap_iframe();};\n  ";
  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html>
      <head>
        <meta http-equiv="X-UA-Compatible" content="IE=edge" />
        <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
        <script>%s</script>
        <script src="%s"></script>
      </head>
      <body>
        <h2>Don't panic!</h2>
        <p>This is a SockJS hidden iframe. It's used for cross domain magic.</p>
      </body>
      </html>
      """;

  /** A page for one URL of the library. */
  private record Rendered(String url, Buffer page, String etag, String policy) {
    static Rendered with(String libraryUrl) {
      String text = PAGE.formatted(SCRIPT, attribute(libraryUrl));
      String library = libraryUrl.contains("//") ? libraryUrl.replaceAll("[?#;,\\s].*", "") : "";
      return new Rendered(
          libraryUrl,
          Buffer.buffer(text),
          '"' + sha256(text).substring(0, 22).replace('/', '_') + '"',
          "default-src 'none'; script-src 'sha256-"
              + sha256(SCRIPT)
              + "' 'self' "
              + library
              + "; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'");
    }
  }

  private final String libraryUrl;

  /**
   * Rendered on first use, because hashing would delay the start, and again for another base path.
   */
  private volatile @Nullable Rendered rendered;

  /**
   * @param libraryUrl a path on the gateway, or an absolute URL
   */
  IframePage(String libraryUrl) {
    this.libraryUrl = libraryUrl;
  }

  /** Answers a GET or a HEAD, with 304 when the client has the page. */
  void answer(HttpServerRequest request) {
    Rendered made = rendered;
    String url = libraryUrl.startsWith("/") ? BasePath.of(request) + libraryUrl : libraryUrl;
    if (made == null || !made.url().equals(url)) {
      made = Rendered.with(url);
      rendered = made;
    }
    HttpServerResponse response = request.response();
    Answers.yearLong(response);
    response.putHeader(HttpHeaders.ETAG, made.etag());
    Answers.policy(response, made.policy());
    String known = request.getHeader(HttpHeaders.IF_NONE_MATCH);
    if (known != null && (known.contains(made.etag()) || known.trim().equals("*"))) {
      response.setStatusCode(304).end();
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, Answers.HTML).end(made.page());
  }

  private static String attribute(String value) {
    return value
        .replace("&", "&amp;")
        .replace("\"", "&quot;")
        .replace("<", "&lt;")
        .replace(">", "&gt;");
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
