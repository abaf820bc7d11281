package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.protocol.stomp.StompTestClient.Received;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The behaviour of a session over each transport, with the cases that vertx-stomp gets wrong. */
final class StompSessionTest extends StompClients {
  private BlockingQueue<String> messagesOn(String address) {
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    gateway.bus().consumer(address, message -> received.add(String.valueOf(message.body())));
    return received;
  }

  private static String next(BlockingQueue<String> received) throws InterruptedException {
    return received.poll(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void stompCommandWorksLikeConnect(Via via) {
    StompTestClient client = client(via);
    client.send("STOMP\naccept-version:1.0 , 1.1,1.2\nhost:here\n\n\0");
    Received connected = client.next();
    assertThat(connected.command()).isEqualTo("CONNECTED");
    assertThat(connected.header("version")).isEqualTo("1.2");
    assertThat(connected.header("heart-beat")).isEqualTo("100,100");
    assertThat(connected.header("session")).hasSize(36);
    assertThat(connected.header("server")).isEqualTo("Busbar");
  }

  @ParameterizedTest
  @CsvSource({"'1.0, 1.1',1.1", "'1.0 ,1.2',1.2", "1.0,1.0", "'9.9,1.1',1.1"})
  void highestCommonVersionIsSelected(String accepted, String version) {
    for (Via via : Via.values()) {
      StompTestClient client = client(via);
      client.send("CONNECT\naccept-version:" + accepted + "\n\n\0");
      assertThat(client.next().header("version")).isEqualTo(version);
    }
  }

  @ParameterizedTest
  @EnumSource
  void clientWithoutVersionSpeaksStomp10(Via via) {
    StompTestClient client = client(via);
    client.send("CONNECT\nlogin: guest\npasscode: guest\n\n\0");
    assertThat(client.next().header("version")).isEqualTo("1.0");
  }

  @ParameterizedTest
  @EnumSource
  void heartBeatsGoBothWays(Via via) throws Exception {
    StompTestClient client = client(via);
    client.send("CONNECT\naccept-version:1.2\nheart-beat:0, 100\n\n\0");
    assertThat(client.next().command()).isEqualTo("CONNECTED");
    client.beat();
    client.beat();
    client.beat();
    StompTestClient silent = client(via);
    silent.send("CONNECT\naccept-version:1.2\nheart-beat:100,0\n\n\0");
    assertThat(silent.next().command()).isEqualTo("CONNECTED");
    assertThat(silent.error().header("message"))
        .isEqualTo("no heart-beat came for much longer than agreed");
    assertThat(client.waiting()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void bodiesWithContentLengthMayContainAnyBytes(Via via) throws Exception {
    BlockingQueue<String> received = messagesOn("public.a");
    StompTestClient client = connected(via, "1.2");
    client.send("SEND\ndestination:/topic/public.a\ncontent-length:0\n\n\0\n\n");
    client.send("SEND\r\ndestination:/topic/public.a\r\ncontent-length:4\r\n\r\na\0\0b\0");
    client.send("SEND\ndestination:/topic/public.a\n\nbödy\0");
    assertThat(next(received)).isEmpty();
    assertThat(next(received)).isEqualTo("a\0\0b");
    assertThat(next(received)).isEqualTo("bödy");
  }

  @ParameterizedTest
  @EnumSource
  void framesMayComeInAnyPieces(Via via) throws Exception {
    BlockingQueue<String> received = messagesOn("public.a");
    StompTestClient client = connected(via, "1.2");
    String two = "SEND\ndestination:/topic/public.a\n\none\0".repeat(2);
    for (char c : two.toCharArray()) {
      client.send(String.valueOf(c));
    }
    client.send(two);
    for (int i = 0; i < 4; i++) {
      assertThat(next(received)).isEqualTo("one");
    }
  }

  @ParameterizedTest
  @EnumSource
  void telnetSessionWorks(Via via) {
    StompTestClient client = client(via);
    for (String typed :
        List.of(
            "CONNECT\r\n",
            "\r\n",
            "\0\r\n",
            "SUBSCRIBE\n",
            "destination:/topic/public.a\n",
            "\n",
            "\0\n",
            "SEND\n",
            "destination: /topic/public.a\n",
            "\n",
            "hello\0\n")) {
      client.send(typed);
    }
    assertThat(client.next().header("version")).isEqualTo("1.0");
    Received message = client.message();
    assertThat(message.text()).isEqualTo("hello");
    assertThat(message.header("subscription")).isNull();
    client.send("UNSUBSCRIBE\ndestination:/topic/public.a\nreceipt:r\n\n\0");
    assertThat(client.next().command()).isEqualTo("RECEIPT");
  }

  @ParameterizedTest
  @EnumSource
  void headersAreEscapedAsEachVersionRequires(Via via) {
    StompTestClient newest = connected(via, "1.2");
    StompTestClient middle = connected(via, "1.1");
    StompTestClient oldest = connected(via, "1.0");
    for (StompTestClient client : List.of(newest, middle, oldest)) {
      client.receipted("SUBSCRIBE\nid:a\\c\ndestination:/topic/public.a\n\n\0");
    }
    newest.send(
        "SEND\ndestination:/topic/public.a\nk\\cey:a\\n\\c\\\\\\r\nk\\cey:b\n"
            + "session:forged\n\n\0");
    Received message = newest.message();
    assertThat(message.header("k\\cey")).isEqualTo("a\\n\\c\\\\\\r");
    assertThat(message.header("subscription")).isEqualTo("a\\c");
    assertThat(message.header("session")).isNull();
    assertThat(middle.message().header("k\\cey")).isEqualTo("a\\n\\c\\\\ ");
    assertThat(oldest.message().headers()).doesNotContainKey("k").doesNotContainKey("k\\cey");
  }

  @ParameterizedTest
  @EnumSource
  void firstOfRepeatedHeadersCounts(Via via) throws Exception {
    BlockingQueue<String> received = messagesOn("public.a");
    StompTestClient client = connected(via, "1.2");
    client.send("SEND\ndestination:/topic/public.a\ndestination:/topic/public.b\n\nyes\0");
    assertThat(next(received)).isEqualTo("yes");
  }

  @ParameterizedTest
  @EnumSource
  void everyFrameHasAReceiptAndDisconnectTheLast(Via via) {
    StompTestClient client = connected(via, "1.2");
    StringBuilder all = new StringBuilder();
    all.append("SUBSCRIBE\nid:1\ndestination:/topic/public.a\nreceipt:0\n\n\0");
    all.append("SEND\ndestination:/topic/public.b\nreceipt:1\n\n\0");
    all.append("BEGIN\ntransaction:t\nreceipt:2\n\n\0");
    all.append("SEND\ntransaction:t\ndestination:/topic/public.b\nreceipt:3\n\n\0");
    all.append("COMMIT\ntransaction:t\nreceipt:4\n\n\0");
    all.append("UNSUBSCRIBE\nid:1\nreceipt:5\n\n\0");
    all.append("DISCONNECT\nreceipt:6\n\n\0");
    client.send(all.toString());
    List<String> receipts = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      receipts.add(client.next().header("receipt-id"));
    }
    assertThat(receipts).containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5", "6");
    assertThat(receipts.get(6)).isEqualTo("6");
    client.awaitClosed();
  }

  @ParameterizedTest
  @EnumSource
  void committedFramesPrecedeLaterFrames(Via via) throws Exception {
    BlockingQueue<String> received = messagesOn("public.a");
    StompTestClient client = connected(via, "1.2");
    String send = "SEND\ndestination:/topic/public.a\n";
    client.send("BEGIN\ntransaction:t\n\n\0BEGIN\ntransaction:u\n\n\0");
    client.send(send + "transaction:t\n\none\0" + send + "transaction:u\n\nnever\0");
    client.receipted(send + "transaction:t\n\ntwo\0");
    assertThat(received).isEmpty();
    client.send("COMMIT\ntransaction:t\nreceipt:c\n\n\0" + send + "\nthree\0");
    assertThat(client.next().header("receipt-id")).isEqualTo("c");
    client.receipted("ABORT\ntransaction:u\n\n\0");
    assertThat(next(received) + next(received) + next(received)).isEqualTo("onetwothree");
    assertThat(received).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void openTransactionsEndWithTheConnection(Via via) {
    BlockingQueue<String> received = messagesOn("public.a");
    StompTestClient client = connected(via, "1.2");
    client.send("BEGIN\ntransaction:t\n\n\0BEGIN\ntransaction:u\n\n\0");
    client.send("SEND\ntransaction:t\ndestination:/topic/public.a\n\nnever\0");
    client.send("DISCONNECT\nreceipt:r\n\n\0");
    assertThat(client.next().command()).isEqualTo("RECEIPT");
    client.awaitClosed();
    await().until(() -> gateway.counters().sessionCount() == 0);
    assertThat(received).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void sessionMaySubscribeTwiceToAChannel(Via via) {
    StompTestClient client = connected(via, "1.2");
    client.receipted("SUBSCRIBE\nid:1\ndestination:/topic/public.a\n\n\0");
    client.receipted("SUBSCRIBE\nid:2\ndestination:/topic/public.a\nack:client\n\n\0");
    gateway.bus().publish("public.a", "both");
    Received one = client.message();
    Received two = client.message();
    Received acked = one.header("subscription").equals("2") ? one : two;
    assertThat(List.of(one.header("subscription"), two.header("subscription")))
        .containsExactlyInAnyOrder("1", "2");
    client.receipted("ACK\nid:" + acked.header("ack") + "\n\n\0");
  }

  @ParameterizedTest
  @EnumSource
  void jsonTextAndBytesHaveTheirContentTypes(Via via) {
    StompTestClient client = connected(via, "1.2");
    client.receipted("SUBSCRIBE\nid:1\ndestination:/topic/public.a\n\n\0");
    gateway.bus().publish("public.a", new JsonObject().put("n", 1));
    gateway.bus().publish("public.a", "text");
    gateway.bus().publish("public.a", Buffer.buffer("bytes"));
    Received json = client.message();
    assertThat(json.header("content-type") + json.text()).isEqualTo("application/json{\"n\":1}");
    Received text = client.message();
    assertThat(text.header("content-type") + text.text()).isEqualTo("text/plaintext");
    Received bytes = client.message();
    assertThat(bytes.header("content-type")).isEqualTo("application/octet-stream");
    client.send("SEND\ncontent-type:text/html\ndestination:/topic/public.a\n\n<p>\0");
    assertThat(client.message().header("content-type")).isEqualTo("text/html");
  }

  @ParameterizedTest
  @EnumSource
  void requestsAreAnsweredOnTheTempQueue(Via via) {
    gateway.bus().consumer("public.ask", message -> message.reply("you said " + message.body()));
    StompTestClient client = connected(via, "1.2");
    client.send(
        "SEND\ndestination:/request/public.ask\nreply-to:/temp-queue/x\ncorrelation-id:7\n\nhi\0");
    Received answer = client.message();
    assertThat(answer.text()).isEqualTo("you said hi");
    assertThat(answer.header("destination")).isEqualTo("/temp-queue/x");
    assertThat(answer.header("subscription")).isEqualTo("/temp-queue/x");
    assertThat(answer.header("correlation-id")).isEqualTo("7");
    client.send("SEND\ndestination:/request/public.nobody\nreply-to:/temp-queue/y\n\nhi\0");
    Received failure = client.message();
    assertThat(failure.header("error")).isEqualTo("NO_HANDLERS");
    assertThat(failure.header("destination")).isEqualTo("/temp-queue/y");
    client.receipted("SEND\ndestination:/topic/public.b\n\nstill here\0");
  }

  @ParameterizedTest
  @EnumSource
  void stocksQueueDeliversToAllSubscribers(Via via) {
    StompTestClient one = connected(via, "1.1");
    StompTestClient two = connected(via, "1.1");
    for (StompTestClient client : List.of(one, two)) {
      client.receipted("SUBSCRIBE\nid:1\ndestination:/queue/stocks.AAPL\n\n\0");
    }
    gateway.bus().publish("stocks.AAPL", 1.5);
    assertThat(one.message().header("destination")).isEqualTo("/queue/stocks.AAPL");
    assertThat(two.message().text()).isEqualTo("1.5");
  }

  @ParameterizedTest
  @EnumSource
  void patternsReceiveEveryMatchingMessage(Via via) {
    StompTestClient client = connected(via, "1.2");
    client.receipted("SUBSCRIBE\nid:1\ndestination:/topic/public.*\n\n\0");
    client.receipted("SUBSCRIBE\nid:2\ndestination:/topic/public.deep.#\n\n\0");
    gateway.bus().publish("public.a.b", "neither");
    gateway.bus().publish("elsewhere", "neither");
    gateway.bus().publish("public.a", "one");
    client.send("SEND\ndestination:/topic/public.deep.er.still\nk:v\n\nrest\0");
    Received first = client.message();
    Received second = client.message();
    boolean inOrder = first.header("subscription").equals("1");
    Received one = inOrder ? first : second;
    Received rest = inOrder ? second : first;
    assertThat(one.header("destination")).isEqualTo("/topic/public.a");
    assertThat(rest.header("destination")).isEqualTo("/topic/public.deep.er.still");
    assertThat(rest.header("subscription") + rest.header("k")).isEqualTo("2v");
    assertThat(gateway.counters().channelCount()).isEqualTo(2);
    client.receipted("UNSUBSCRIBE\nid:1\n\n\0");
    client.receipted("UNSUBSCRIBE\nid:2\n\n\0");
    await().until(() -> gateway.counters().channelCount() == 0);
    gateway.bus().publish("public.a", "too late");
    client.receipted("BEGIN\ntransaction:t\n\n\0");
    assertThat(client.waiting()).isZero();
  }
}
