package io.busbar.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.TestGateway;
import io.busbar.config.ConfigLoader;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.NetClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plants secrets, provokes errors with full logging, and searches the log for the secrets. */
final class NoSecretIsLoggedTest {
  private static final String SECRET = "planted-jwt-secret-0123456789abcdef";
  private static final String PLANTED = "planted";

  private static final Logger ROOT = Logger.getLogger("");
  private static final Logger OURS = Logger.getLogger("io.busbar");

  /** The log level trace does not go as far for libraries; vertx-web logs URLs at lower levels. */
  private static final Logger VERTX = Logger.getLogger("io.vertx");

  private final Queue<String> seen = new ConcurrentLinkedQueue<>();
  private final Handler listener =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          StringWriter words = new StringWriter();
          words.append(new SimpleFormatter().formatMessage(record));
          if (record.getThrown() != null) {
            record.getThrown().printStackTrace(new PrintWriter(words, true));
          }
          seen.add(words.toString());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private TestGateway gateway;

  @BeforeEach
  void start() {
    listener.setLevel(Level.ALL);
    ROOT.addHandler(listener);
    OURS.setLevel(Level.ALL);
    VERTX.setLevel(Level.FINE);
    gateway = TestGateway.start("auth.jwt.secret=" + SECRET, "auth.query-parameter=access");
  }

  @AfterEach
  void stop() {
    gateway.close();
    OURS.setLevel(null);
    VERTX.setLevel(null);
    ROOT.removeHandler(listener);
  }

  private String ask(String uri, String authorization) {
    HttpClient client = gateway.vertx().createHttpClient();
    return TestGateway.await(
        client
            .request(HttpMethod.POST, gateway.httpPort(), "127.0.0.1", uri)
            .compose(
                request -> {
                  if (authorization != null) {
                    request.putHeader("Authorization", authorization);
                  }
                  return request.send(
                      "[\"{\\\"type\\\":\\\"login\\\",\\\"password\\\":\"planted3\"]");
                })
            .compose(response -> response.body())
            .map(Buffer::toString));
  }

  private String connect(String frame) {
    NetClient client = gateway.vertx().createNetClient();
    return TestGateway.await(
        client
            .connect(gateway.stompPort(), "127.0.0.1")
            .compose(
                socket -> {
                  Buffer answer = Buffer.buffer();
                  io.vertx.core.Promise<String> end = io.vertx.core.Promise.promise();
                  socket.handler(answer::appendBuffer);
                  socket.endHandler(
                      gone -> {
                        end.tryComplete(answer.toString());
                        socket.close();
                      });
                  socket.write(frame);
                  return end.future();
                }));
  }

  @Test
  void noSecretAppearsInLogsAnswersOrConfig() {
    OURS.log(Level.FINEST, "heard at the finest level");
    seen.add(ask("/eventbus/0/a/xhr", "Bearer planted1.planted1.planted1"));
    seen.add(ask("/eventbus/0/b/xhr", "Basic cGxhbnRlZDpwbGFudGVk"));
    seen.add(ask("/eventbus/0/c/xhr", "Nonsense planted2"));
    seen.add(ask("/eventbus/0/d/xhr?access=planted4.b.c", null));
    seen.add(ask("/events?channel=public.a&access=planted8.b.c", null));
    seen.add(ask("/events", "Bearer planted9.b.c"));
    ask("/eventbus/0/e/xhr", null);
    seen.add(ask("/eventbus/0/e/xhr_send", null));
    seen.add(connect("CONNECT\naccept-version:1.2\nlogin:demo\npasscode:planted5\n\n\0"));
    seen.add(connect("CONNECT\naccept-version:1.2\nlogin:x\npasscode:ey.ey.planted6\n\n\0"));
    List<String> settings = List.of("auth.jwt.secret=" + SECRET);
    seen.add(ConfigLoader.write(ConfigLoader.load(null, Map.of(), settings)));
    seen.add(ConfigLoader.load(null, Map.of(), settings).toString());
    assertThatThrownBy(() -> ConfigLoader.load(null, Map.of(), List.of("auth.jwt.secret=planted7")))
        .hasMessageContaining("auth.jwt.secret")
        .message()
        .doesNotContain(PLANTED);

    assertThat(seen).anyMatch(words -> words.contains("heard at the finest level"));
    assertThat(seen).anyMatch(words -> words.contains("login is not right"));
    assertThat(seen).noneMatch(words -> words.contains(PLANTED));
  }
}
