package io.busbar.protocol.sockjs;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.session.RawHttp;
import io.busbar.protocol.sockjs.SockJsServer.Reply;
import java.io.IOException;
import java.util.List;

/** The header checks that the sockjs-protocol suite makes for many responses. */
final class Headers {
  private Headers() {}

  static void assertNotCached(Reply reply) {
    assertNotCached(reply.answer());
  }

  static void assertNotCached(RawHttp.Answer answer) {
    assertThat(answer.header("Cache-Control"))
        .isEqualTo("no-store, no-cache, no-transform, must-revalidate, max-age=0");
    assertThat(answer.header("Expires")).isNull();
    assertThat(answer.header("Last-Modified")).isNull();
  }

  static void assertCrossOrigin(Reply reply, String origin) {
    assertCrossOrigin(reply.answer(), origin);
  }

  /**
   * @param origin that the request had; null for none
   */
  static void assertCrossOrigin(RawHttp.Answer answer, String origin) {
    boolean named = origin != null;
    assertThat(answer.headers("Access-Control-Allow-Origin")).containsExactly(named ? origin : "*");
    // Browsers reject "*" with credentials, and no server should send it.
    assertThat(answer.headers("Access-Control-Allow-Credentials"))
        .isEqualTo(named ? List.of("true") : List.of());
    assertThat(answer.headers("Vary")).contains("Origin");
  }

  static void assertPreflight(SockJsServer server, String path, String methods) throws IOException {
    for (String origin : new String[] {null, "http://test", "null"}) {
      Reply reply =
          origin == null
              ? server.ask("OPTIONS", path, null)
              : server.ask("OPTIONS", path, null, "Origin: " + origin);
      assertThat(reply.status()).isEqualTo(204);
      assertThat(reply.header("Cache-Control")).contains("public").contains("max-age=31536000");
      assertThat(reply.header("Expires")).isNotEmpty();
      assertThat(Integer.parseInt(reply.header("Access-Control-Max-Age"))).isGreaterThan(1000000);
      assertThat(reply.header("Access-Control-Allow-Methods")).isEqualTo(methods);
      assertThat(reply.body()).isEmpty();
      assertCrossOrigin(reply, origin);
    }
  }
}
