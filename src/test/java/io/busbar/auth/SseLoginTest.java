package io.busbar.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.protocol.session.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests of logins for server-sent events. */
final class SseLoginTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private static final String STREAM = "/events?channel=team.ann";

  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        TestGateway.start(
            "auth.jwt.secret=" + SECRET,
            "auth.cookie=who",
            "auth.query-parameter=access",
            "permissions=[{address: 'team.{user}', authenticated: true, allow: [subscribe]}]");
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static String token(long seconds) throws Exception {
    long exp = System.currentTimeMillis() / 1000 + seconds;
    byte[] key = SECRET.getBytes(StandardCharsets.UTF_8);
    return TestTokens.hs256(key, TokensTest.claims().put("exp", exp));
  }

  private static int status(String uri, String... headers) throws IOException {
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      return http.get(uri, headers).status();
    }
  }

  @Test
  void tokenIsReadFromHeaderCookieOrUrl() throws Exception {
    assertThat(status(STREAM, "Authorization: Bearer " + token(60))).isEqualTo(200);
    assertThat(status(STREAM, "Cookie: a=b; who=" + token(60))).isEqualTo(200);
    assertThat(status(STREAM + "&access=" + token(60))).isEqualTo(200);
  }

  @Test
  void missingOrInvalidTokenIsRefused() throws Exception {
    assertThat(status(STREAM)).isEqualTo(401);
    assertThat(status(STREAM, "Cookie: who=nonsense")).isEqualTo(401);
    assertThat(status(STREAM + "&access=" + token(-60))).isEqualTo(401);
    assertThat(status("/events?channel=team.somebody-else&access=" + token(60))).isEqualTo(403);
  }

  @Test
  void streamEndsWithItsLoginAndGivesTheReason() throws Exception {
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      // The clocks may differ by 10 s.
      RawHttp.Answer answer = http.get(STREAM + "&access=" + token(-8));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body())
          .endsWith(
              "event: busbar-close\n"
                  + "data: {\"code\":4401,\"reason\":\"login expired\",\"retry\":true}\n\n");
    }
  }
}
