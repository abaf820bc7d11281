package io.busbar.protocol.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.busbar.protocol.session.RawHttp;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** The requests of a client may arrive at any node. */
final class SseNodesTest {
  private static final String PERMISSIONS =
      "permissions=[{address: 'public.#', allow: [subscribe, publish, send]}]";

  @Test
  void replyMayBePostedToAnotherNodeThanTheStream() throws Exception {
    try (TestCluster cluster = new TestCluster()) {
      TestGateway one = cluster.startHere(PERMISSIONS);
      TestGateway two = cluster.startHere(PERMISSIONS);
      try (EventStream stream =
              EventStream.open(one.httpPort(), "?channel=public.ask&format=envelope");
          RawHttp http = new RawHttp(two.httpPort())) {
        String session = new JsonObject(stream.next().data()).getString("session");
        Future<Message<Object>> answer = one.bus().request("public.ask", "who?");
        JsonObject question = new JsonObject(stream.next().data());
        JsonObject reply =
            new JsonObject()
                .put("session", session)
                .put("replyAddress", question.getString("replyAddress"))
                .put("body", "me");
        assertThat(http.post("/events", reply.encode()).status()).isEqualTo(202);
        assertThat(TestGateway.await(answer).body()).isEqualTo("me");
      }
    }
  }
}
