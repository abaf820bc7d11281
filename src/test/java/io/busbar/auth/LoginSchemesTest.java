package io.busbar.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.vertx.core.eventbus.MessageConsumer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests of the accepted schemes of the Authorization header. */
final class LoginSchemesTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger sessions = new AtomicInteger();

  private HttpResponse<String> poll(TestGateway gateway, String... header) throws Exception {
    return pollAt("/eventbus", gateway, header);
  }

  private HttpResponse<String> pollAt(String path, TestGateway gateway, String... header)
      throws Exception {
    String uri =
        "http://127.0.0.1:%d%s/0/s%d/xhr"
            .formatted(gateway.httpPort(), path, sessions.incrementAndGet());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(uri)).POST(BodyPublishers.noBody());
    return http.send(request.headers(header).build(), BodyHandlers.ofString());
  }

  private static String basic(String both) {
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
  }

  private static String token() throws Exception {
    byte[] key = SECRET.getBytes(StandardCharsets.UTF_8);
    return TestTokens.hs256(key, TokensTest.claims());
  }

  /** Sends more wrong passwords than an address may before it has to wait or is refused. */
  @Test
  void passwordForAProxyInFrontIsIgnored() throws Exception {
    try (TestGateway gateway =
        TestGateway.start("auth.http=[bearer]", "auth.cookie=who", "auth.jwt.secret=" + SECRET)) {
      for (int i = 0; i < 100; i++) {
        assertThat(poll(gateway, "Authorization", basic("proxy:wrong")).body()).isEqualTo("o\n");
      }
      assertThat(poll(gateway, "Authorization", "basic").body()).isEqualTo("o\n");
      assertThat(poll(gateway, "Authorization", "Digest username=x").body()).isEqualTo("o\n");
      HttpResponse<String> cookie =
          poll(gateway, "Authorization", basic("proxy:wrong"), "Cookie", "who=" + token());
      assertThat(cookie.body()).isEqualTo("o\n");
      HttpResponse<String> wrong = poll(gateway, "Authorization", "Bearer x.y.z");
      assertThat(wrong.statusCode()).isEqualTo(401);
      assertThat(wrong.headers().allValues("WWW-Authenticate"))
          .containsExactly("Bearer error=\"invalid_token\"");
    }
  }

  @Test
  void clientWithADisabledSchemeIsAnonymous() throws Exception {
    String[] rules = {
      "auth.jwt.secret=" + SECRET, "services=[{path: /mine, address: mine}]",
    };
    for (String schemes : new String[] {"[bearer]", "[]"}) {
      try (TestGateway gateway = TestGateway.start(rules[0], rules[1], "auth.http=" + schemes)) {
        assertThat(user(gateway, basic("demo:demo"))).isEqualTo("nobody");
        assertThat(user(gateway, "Bearer " + token()))
            .isEqualTo(schemes.equals("[]") ? "nobody" : "ann");
      }
    }
    try (TestGateway gateway = TestGateway.start(rules)) {
      assertThat(user(gateway, basic("demo:demo"))).isEqualTo("demo");
      assertThat(user(gateway, "bearer " + token())).isEqualTo("ann");
      assertThat(poll(gateway, "Authorization", "Basic").statusCode()).isEqualTo(401);
    }
  }

  /** Returns the user that the feature behind a service endpoint is told. */
  private String user(TestGateway gateway, String authorization) throws Exception {
    CompletableFuture<String> loginAnswer = new CompletableFuture<>();
    MessageConsumer<Object> consumer =
        gateway
            .bus()
            .consumer(
                "mine",
                message -> {
                  String user = message.headers().get("user");
                  loginAnswer.complete(user == null ? "nobody" : user);
                  message.reply(null);
                });
    TestGateway.await(consumer.completion());
    assertThat(pollAt("/mine", gateway, "Authorization", authorization).statusCode())
        .isEqualTo(200);
    String user = loginAnswer.get(20, TimeUnit.SECONDS);
    TestGateway.await(consumer.unregister());
    return user;
  }
}
