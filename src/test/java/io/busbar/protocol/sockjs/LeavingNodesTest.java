package io.busbar.protocol.sockjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.protocol.session.RawHttp;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions after their node has gone; each test stops one more node. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LeavingNodesTest {
  @RegisterExtension static final SockJsNodes NODES = new SockJsNodes();

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String LOST = "c[1002,\"Connection interrupted\"]\n";

  @Test
  @Order(1)
  void clientOfALeavingNodeContinuesOnAnotherNode() throws IOException {
    String polling = NODES.open(0, "/wide");
    String streaming = NODES.open(0, "/wide");
    try (RawHttp poll = NODES.node(2).connect();
        RawHttp stream = NODES.node(2).connect()) {
      poll.send("POST", polling + "/xhr", "");
      RawHttp.Answer streamed = stream.post(streaming + "/xhr_streaming", "");
      streamed.chunk();
      NODES.node(1).post(streaming + "/xhr_send", "[\"one\"]");
      assertThat(streamed.chunk()).isEqualTo("a[\"one\"]\n");

      NODES.node(2).notifyClose();
      assertThat(poll.answer().body()).isEqualTo("h\n");
      assertThat(streamed.chunk()).isEmpty();
    }
    NODES.end(2);
    for (String url : new String[] {polling, streaming}) {
      NODES.node(1).post(url + "/xhr_send", "[\"two\"]");
      assertThat(NODES.node(1).post(url + "/xhr", "").body()).isEqualTo("a[\"two\"]\n");
    }
  }

  @Test
  @Order(2)
  void sessionsOfALostNodeAreInterrupted() throws IOException {
    String waiting = NODES.open(0, "/wide");
    String idle = NODES.open(0, "/wide");
    try (RawHttp poll = NODES.node(1).connect();
        RawHttp stream = NODES.node(1).connect()) {
      poll.send("POST", waiting + "/xhr", "");
      RawHttp.Answer streamed = stream.post(idle + "/xhr_streaming", "");
      streamed.chunk();
      NODES.end(0);
      assertThat(poll.answer().body()).isEqualTo(LOST);
      assertThat(streamed.chunk()).isEqualTo(LOST);
    }
    // Until the bus has removed the dead node, the outcome is unknown: 503.
    await()
        .atMost(PATIENCE)
        .until(
            () -> NODES.node(1).post(waiting + "/xhr_send", "[\"x\"]").status(),
            Predicate.isEqual(404));
    assertThat(NODES.node(1).post(waiting + "/xhr", "").body()).isEqualTo("o\n");
    assertThat(NODES.node(1).post(idle + "/xhr", "").body()).isEqualTo(LOST);
    assertThat(NODES.node(1).post(idle + "/xhr", "").body()).isEqualTo("o\n");
  }
}
