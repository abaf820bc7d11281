package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.stomp.Frame;
import io.vertx.ext.stomp.StompClient;
import io.vertx.ext.stomp.StompClientConnection;
import io.vertx.ext.stomp.StompClientOptions;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The STOMP client of vertx-stomp works with the gateway. */
final class VertxStompClientTest {
  private StompClient client;

  @Test
  void clientConnectsSubscribesCommitsAndDisconnects() throws Exception {
    try (TestGateway gateway = TestGateway.start("features=[]")) {
      StompClientOptions options =
          new StompClientOptions().setHost("127.0.0.1").setPort(gateway.stompPort());
      client = StompClient.create(gateway.vertx(), options);
      StompClientConnection connection = TestGateway.await(client.connect());
      BlockingQueue<Frame> received = new LinkedBlockingQueue<>();
      TestGateway.await(connection.subscribe("/topic/public.vertx", received::add));
      TestGateway.await(connection.send("/topic/public.vertx", Buffer.buffer("hello")));
      assertThat(next(received).getBodyAsString()).isEqualTo("hello");
      TestGateway.await(connection.beginTX("t"));
      Frame inside =
          new Frame()
              .setCommand(io.vertx.ext.stomp.Command.SEND)
              .setDestination("/topic/public.vertx")
              .setTransaction("t")
              .setBody(Buffer.buffer("committed"));
      TestGateway.await(connection.send(inside));
      assertThat(received).isEmpty();
      TestGateway.await(connection.commit("t"));
      assertThat(next(received).getBodyAsString()).isEqualTo("committed");
      TestGateway.await(connection.unsubscribe("/topic/public.vertx"));
      TestGateway.await(connection.disconnect());
    }
  }

  private static Frame next(BlockingQueue<Frame> received) throws InterruptedException {
    Frame frame = received.poll(20, TimeUnit.SECONDS);
    assertThat(frame).isNotNull();
    return frame;
  }
}
