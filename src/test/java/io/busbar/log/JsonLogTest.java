package io.busbar.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Tests the log as JSON, with clients that come and go. */
final class JsonLogTest {
  private static final Logger HUB = Logger.getLogger("io.busbar.hub");

  private final List<JsonObject> lines = new CopyOnWriteArrayList<>();

  @Test
  void lineAboutAClientHasItsSessionAndAddress() {
    Handler handler = handler();
    HUB.setLevel(Level.FINE);
    HUB.addHandler(handler);
    try (TestGateway gateway = TestGateway.start("event-loops=1", "features=[]")) {
      WebSocketClient client = gateway.vertx().createWebSocketClient();
      WebSocket socket =
          TestGateway.await(client.connect(gateway.httpPort(), "127.0.0.1", "/eventbus/websocket"));
      TestGateway.await(socket.close());
      await().atMost(Duration.ofSeconds(20)).until(() -> lines.size() >= 2);
      JsonObject joined = lines.get(0);
      assertThat(joined.getString("level")).isEqualTo("DEBUG");
      assertThat(joined.getString("address")).isEqualTo("127.0.0.1");
      assertThat(joined.getString("message"))
          .isEqualTo("session " + joined.getString("session") + " (bridge, 127.0.0.1) has joined");
      assertThat(lines.get(1).getString("session")).isEqualTo(joined.getString("session"));
    } finally {
      HUB.removeHandler(handler);
      HUB.setLevel(null);
    }
  }

  private Handler handler() {
    return new Handler() {
      private final JsonLogLine format = new JsonLogLine();

      @Override
      public void publish(LogRecord record) {
        lines.add(new JsonObject(format.format(record)));
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }
}
