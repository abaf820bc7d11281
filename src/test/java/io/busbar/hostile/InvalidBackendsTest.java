package io.busbar.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.protocol.pusher.ApiBackend;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Tests odd queries and bodies at Pusher's HTTP API, many on one connection. Some have no valid
 * signature, and some come from the app's own backend.
 */
final class InvalidBackendsTest {
  private static final int AT_ONCE = 100;
  private static final int TIMES = Integer.getInteger("busbar.odd", 100) * AT_ONCE;
  private static final List<String> PATHS =
      InvalidValues.list(
          "events|batch_events|channels|channels/a|channels/%ff|channels/presence-a/users"
              + "|channels/cache-a|users/ann/terminate_connections|users/%00/terminate_connections|x||..|%2e");
  private static final List<String> NAMES =
      InvalidValues.list(
          "auth_key|auth_timestamp|auth_version|auth_signature|body_md5|info|filter_by_prefix|a[]|%|%61");
  private static final List<String> ARGUMENTS =
      InvalidValues.list(
          "demo-key|1.0|1|-1|99999999999999999999|%00|%ff|user_count|user_count,cache,|presence-|+|a=b"
              + "|0000000000000000000000000000000000000000000000000000000000000000");
  private static final List<String> MEMBERS =
      InvalidValues.list("name|name|data|data|channel|channels|socket_id|info|batch");

  private static TestGateway gateway;
  private static ApiBackend backend;

  private final InvalidValues invalid = new InvalidValues(InvalidInputGateway.SEED);

  @BeforeAll
  static void start() throws IOException {
    gateway = TestGateway.start("pusher.apps=[" + ApiBackend.APP + "]");
    backend = new ApiBackend(gateway.httpPort());
  }

  @AfterAll
  static void stop() throws IOException {
    backend.close();
    gateway.close();
  }

  private String body() {
    return switch (invalid.below(4)) {
      case 0 -> invalid.json(3);
      case 1 ->
          "{\"batch\":[" + invalid.object(2, MEMBERS) + "," + invalid.object(2, MEMBERS) + "]}";
      default -> invalid.object(2, MEMBERS);
    };
  }

  private String unsigned() {
    StringBuilder query = new StringBuilder();
    for (int i = invalid.below(7); i > 0; i--) {
      query.append(invalid.oneOf(NAMES)).append('=').append(invalid.oneOf(ARGUMENTS)).append('&');
    }
    return request(invalid.oneOf(PATHS), query.toString(), invalid.oneIn(2) ? null : body());
  }

  private String signed() {
    boolean post = invalid.oneIn(4);
    String what = post ? invalid.oneOf(PATHS) : invalid.oneIn(2) ? "events" : "batch_events";
    String body = body();
    String path = "/apps/3/" + what;
    return request(what, backend.query("POST", path, body, Map.of()), body);
  }

  private String request(String what, String query, String body) {
    String method = body == null ? "GET" : "POST";
    String head =
        method
            + " /apps/"
            + (invalid.oneIn(20) ? "x" : "3")
            + "/"
            + what
            + "?"
            + query
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    return body == null
        ? head + "\r\n"
        : head + "Content-Length: " + body.getBytes(UTF_8).length + "\r\n\r\n" + body;
  }

  /** Sends all requests on one connection, and reads an answer to each. */
  private static List<String> answers(List<String> requests) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", gateway.httpPort())) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(InvalidInputGateway.PATIENCE_MILLIS);
      OutputStream out = socket.getOutputStream();
      CompletableFuture<Void> said =
          CompletableFuture.runAsync(
              () -> {
                try {
                  out.write(String.join("", requests).getBytes(UTF_8));
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      InputStream in = new BufferedInputStream(socket.getInputStream());
      List<String> answers = new ArrayList<>();
      for (int i = 0; i < requests.size(); i++) {
        answers.add(answer(in));
      }
      said.join();
      return answers;
    }
  }

  private static String answer(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int ends = 0;
    while (ends < 2) {
      int next = in.read();
      assertThat(next).as("after %s", head).isNotNegative();
      head.write(next);
      ends = next == '\n' ? ends + 1 : next == '\r' ? ends : 0;
    }
    String text = head.toString(UTF_8);
    int at = text.indexOf("content-length: ") + "content-length: ".length();
    int length = Integer.parseInt(text.substring(at, text.indexOf('\r', at)));
    return text.substring(9, 12) + " " + new String(in.readNBytes(length), UTF_8);
  }

  private void sendAll(Supplier<String> inputs, boolean good) throws Exception {
    int done = 0;
    for (int thrown = 0; thrown < TIMES; thrown += AT_ONCE) {
      List<String> requests = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        requests.add(inputs.get());
      }
      List<String> answers = answers(requests);
      for (int i = 0; i < AT_ONCE; i++) {
        String about =
            "busbar.seed=%d, to%n%s".formatted(InvalidInputGateway.SEED, requests.get(i));
        String answer = answers.get(i);
        assertThat(answer).as(about).doesNotContainPattern(InvalidInputGateway.JAVA);
        if (good && answer.startsWith("200 ")) {
          assertThat(answer).as(about).startsWith("200 {");
          done++;
        } else {
          assertThat(answer).as(about).matches("4\\d\\d (?s).{1,5000}\n");
        }
      }
    }
    assertThat(done > 0).isEqualTo(good);
  }

  @Test
  void unsignedRequestsAreRefused() throws Exception {
    sendAll(this::unsigned, false);
  }

  @Test
  void signedRequestsAreDoneOrRefused() throws Exception {
    sendAll(this::signed, true);
  }
}
