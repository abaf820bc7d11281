package io.busbar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.admin.BridgeListener;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests that a message on one node ends a user's sessions on the other. */
final class SessionsEndTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void sessionsOfAUserEndOnAllNodesAndOthersStay() throws Exception {
    List<String> all = new ArrayList<>(new TestCluster().settings());
    all.add("shutdown.spread=0s");
    String[] given = all.toArray(String[]::new);
    try (TestGateway here = TestGateway.start(given);
        TestGateway there = TestGateway.start(given)) {
      BridgeListener onThisNode = client(here, "Authorization", demo());
      BridgeListener onTheOther = client(there, "Authorization", demo());
      BridgeListener nobody = client(there);
      await().atMost(PATIENCE).until(() -> isListed(here, "demo") && isListed(there, "demo"));

      assertThat(delete(here, "/api/users/nobody/sessions")).isEqualTo(202);
      assertThat(delete(here, "/api/users/demo/sessions")).isEqualTo(202);

      assertThat(onThisNode.closeCode().get(30, TimeUnit.SECONDS)).isEqualTo(4403);
      assertThat(onTheOther.closeCode().get(30, TimeUnit.SECONDS)).isEqualTo(4403);
      nobody.say("register", "public.news").say("publish", "public.news");
      await().atMost(PATIENCE).until(() -> !nobody.received().isEmpty());
      assertThat(isListed(there, "demo")).isFalse();
    }
  }

  private static BridgeListener client(TestGateway gateway, String... headers) {
    return new BridgeListener(gateway.vertx(), gateway.httpPort(), headers);
  }

  private static String demo() {
    return "Basic "
        + Base64.getEncoder().encodeToString("demo:demo".getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isListed(TestGateway gateway, String user) throws Exception {
    HttpRequest request = request(gateway, "/api/sessions?user=" + user).GET().build();
    String page = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    return page.contains("\"user\":\"" + user + "\"");
  }

  private static int delete(TestGateway gateway, String path) throws Exception {
    HttpRequest request = request(gateway, path).DELETE().build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode();
  }

  private static HttpRequest.Builder request(TestGateway gateway, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.adminPort() + path));
  }
}
