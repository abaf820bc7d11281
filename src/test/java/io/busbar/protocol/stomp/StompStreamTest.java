package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SUBSCRIBE with x-stream-offset, to a channel with a history. */
final class StompStreamTest {
  private final List<StompTestClient> clients = new ArrayList<>();
  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway =
        TestGateway.start(
            "permissions=[{address: 'public.#', allow: [subscribe, publish, send]}]",
            "channels=[{address: public.s, history: {messages: 10}}]",
            "features=[]");
  }

  @AfterEach
  void stop() {
    clients.forEach(StompTestClient::close);
    gateway.close();
  }

  private StompTestClient client() {
    StompTestClient client =
        StompTestClient.connected(TcpStompConnection.connect(gateway.stompPort()), "1.2");
    clients.add(client);
    return client;
  }

  /** Publishes, and waits until the stream has stored all. */
  private void publish(int from, int to) {
    StompTestClient client = client();
    for (int i = from; i < to; i++) {
      client.receipted("SEND\ndestination:/topic/public.s\noffset:forged\n\n" + i + "\0");
    }
  }

  /** Returns the headers of the receipt of a SUBSCRIBE. */
  private static Map<String, String> subscribe(StompTestClient client, String where) {
    client.send("SUBSCRIBE\nid:0\ndestination:/topic/public.s\nreceipt:r\n" + where + "\n\0");
    StompTestClient.Received receipt = client.next();
    assertThat(receipt.command()).isEqualTo("RECEIPT");
    return receipt.headers();
  }

  private static List<String> texts(StompTestClient client, int count) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(client.message().text());
    }
    return texts;
  }

  @ParameterizedTest
  @CsvSource({"first,3,4", "last,12,13", "7,7,8", "1,3,4", "next,13,14", "99,13,14"})
  void subscriptionStartsAtTheRequestedOffset(String offset, int received, int then) {
    publish(1, 13);
    StompTestClient client = client();
    Map<String, String> receipt = subscribe(client, "x-stream-offset:" + offset + "\n");
    assertThat(receipt).containsEntry("recovered", "true").containsKey("epoch");
    assertThat(receipt).containsEntry("offset", Integer.toString(received - 1));
    publish(13, 15);
    StompTestClient.Received first = client.message();
    assertThat(first.text()).isEqualTo(Integer.toString(received));
    assertThat(first.header("offset")).isEqualTo(Integer.toString(received));
    assertThat(first.header("epoch")).isEqualTo(receipt.get("epoch"));
    assertThat(client.message().text()).isEqualTo(Integer.toString(then));
  }

  @Test
  void returningClientRecoversOrReceivesTheReason() {
    publish(1, 4);
    StompTestClient client = client();
    String epoch = subscribe(client, "x-stream-offset:first\n").get("epoch");
    assertThat(texts(client, 3)).containsExactly("1", "2", "3");
    client.close();
    publish(4, 8);
    StompTestClient back = client();
    assertThat(subscribe(back, "x-stream-offset:4\nepoch:" + epoch + "\n"))
        .containsEntry("recovered", "true");
    assertThat(texts(back, 4)).containsExactly("4", "5", "6", "7");
    publish(8, 30);
    Map<String, String> late = subscribe(client(), "x-stream-offset:3\nepoch:" + epoch + "\n");
    assertThat(late).containsEntry("recovered", "false").containsEntry("reason", "too far behind");
    Map<String, String> strange = subscribe(client(), "x-stream-offset:25\nepoch:other\n");
    assertThat(strange).containsEntry("recovered", "false").containsEntry("reason", "epoch");
  }

  @Test
  void messagesHaveNoEpochUnlessRequested() {
    StompTestClient client = client();
    client.receipted("SUBSCRIBE\nid:0\ndestination:/topic/public.s\nreceipt:r\n\n\0");
    publish(1, 2);
    assertThat(client.message().headers()).doesNotContainKey("epoch");
  }

  @Test
  void receiptNamesAMissingHistory() {
    StompTestClient client = client();
    client.send(
        "SUBSCRIBE\nid:0\ndestination:/topic/public.plain\nreceipt:r\nx-stream-offset:first\n\n\0");
    assertThat(client.next().headers()).containsEntry("reason", "no history");
  }

  @ParameterizedTest
  @ValueSource(strings = {"timestamp=1", "-1", "1.5", "", "9999999999999999"})
  void invalidOffsetIsRefused(String offset) {
    StompTestClient client = client();
    client.send(
        "SUBSCRIBE\nid:0\ndestination:/topic/public.s\nx-stream-offset:" + offset + "\n\n\0");
    assertThat(client.error().header("message")).contains("x-stream-offset is first, last, next");
  }
}
