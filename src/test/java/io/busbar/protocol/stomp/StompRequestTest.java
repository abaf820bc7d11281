package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.protocol.stomp.StompTestClient.Received;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests whose answer is their RECEIPT. */
final class StompRequestTest {
  private static final int MANY = 600;

  private final BlockingQueue<Message<Object>> asked = new LinkedBlockingQueue<>();
  private TestGateway gateway;
  private StompTestClient client;

  @BeforeEach
  void start() {
    gateway =
        TestGateway.start(
            "permissions=[{address: 'public.#', allow: [subscribe, send]}]", "features=[]");
    TestGateway.await(gateway.bus().consumer("public.a", asked::add).completion());
    client = StompTestClient.connected(TcpStompConnection.connect(gateway.stompPort()), "1.2");
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
  }

  private void send(String address, String receipt) {
    client.send("SEND\ndestination:/request/" + address + "\nreceipt:" + receipt + "\n\nx\0");
  }

  private void awaitAsked(int count) {
    await().atMost(Duration.ofSeconds(20)).until(() -> asked.size() == count);
  }

  @Test
  void receiptComesWhenTheRequestIsAnswered() {
    send("public.a", "1");
    send("public.a", "2");
    awaitAsked(2);
    Message<Object> first = asked.remove();
    assertThat(client.nextOrNull()).isNull();
    asked.remove().reply(null);
    assertThat(client.next().headers()).containsEntry("receipt-id", "2");
    first.reply("whatever");
    assertThat(client.next().headers()).containsEntry("receipt-id", "1");
  }

  @Test
  void failedRequestIsAnError() {
    send("public.a", "1");
    awaitAsked(1);
    asked.remove().fail(504, "RabbitMQ did not confirm the message in time");
    Received error = client.error();
    assertThat(error.headers())
        .containsEntry("receipt-id", "1")
        .containsEntry("message", "RabbitMQ did not confirm the message in time");
  }

  @Test
  void requestWithoutAHandlerIsAnError() {
    send("public.nobody", "1");
    assertThat(client.error().header("message")).contains("No handlers");
  }

  @Test
  void requestWithoutPermissionIsAnError() {
    send("secret", "1");
    assertThat(client.error().header("message")).isEqualTo("access denied\\c secret (send)");
    assertThat(asked).isEmpty();
  }

  @Test
  void subscriptionToARequestDestinationIsAnError() {
    client.send("SUBSCRIBE\nid:1\ndestination:/request/public.a\n\n\0");
    assertThat(client.error().header("message")).isEqualTo("nobody subscribes to requests");
  }

  @Test
  void tempQueueWithoutANameIsAnError() {
    client.send("SEND\ndestination:/request/public.a\nreply-to:/temp-queue/\n\nx\0");
    assertThat(client.error().header("message")).isEqualTo("/temp-queue/ is followed by a name");
    assertThat(asked).isEmpty();
  }

  @Test
  void manyRequestsAreHandledAsEarlierOnesAreAnswered() throws Exception {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < MANY; i++) {
      all.append("SEND\ndestination:/request/public.a\nreceipt:").append(i).append("\n\nx\0");
    }
    client.send(all.toString());
    for (int i = 0; i < MANY; i++) {
      Message<Object> next = asked.poll(20, TimeUnit.SECONDS);
      assertThat(next).as("request " + i).isNotNull();
      next.reply(null);
      assertThat(client.next().headers()).containsEntry("receipt-id", "" + i);
    }
  }

  @Test
  void commitReceiptComesWhenAllRequestsAreAnswered() {
    client.send("BEGIN\ntransaction:t\n\n\0");
    client.send("SEND\ndestination:/request/public.a\ntransaction:t\n\nx\0");
    client.send("COMMIT\ntransaction:t\nreceipt:c\n\n\0");
    awaitAsked(1);
    assertThat(client.nextOrNull()).isNull();
    asked.remove().reply(null);
    assertThat(client.next().headers()).containsEntry("receipt-id", "c");
  }
}
