package io.busbar.protocol.sockjs;

import static io.busbar.protocol.sockjs.SockJsServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.hub.EncodedMessage;
import io.busbar.protocol.session.Polls;
import io.busbar.protocol.session.RawHttp;
import io.busbar.protocol.sockjs.MessageLossTest.AbortingClient;
import io.busbar.protocol.sockjs.SockJsServer.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that arrive at other nodes than the one with the session. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NodesTest {
  @RegisterExtension static final SockJsNodes NODES = new SockJsNodes();

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int ROUNDS = Integer.getInteger("sockjs.rounds", 1);
  private static final String MINE = "Cookie: busbar-client=AAAAAAAAAAAAAAAAAAAAAA";
  private static final String YOURS = "Cookie: busbar-client=BBBBBBBBBBBBBBBBBBBBBB";

  @Test
  void sessionIsReachableThroughEveryNode() throws IOException {
    String url = NODES.open(0, "/wide");
    for (int i = 0; i < 9; i++) {
      String message = "[\"number " + i + "\"]";
      assertThat(NODES.node(i).post(url + "/xhr_send", message).status()).isEqualTo(204);
      assertThat(NODES.node(i / 3).post(url + "/xhr", "").body()).isEqualTo("a" + message + "\n");
    }
  }

  @Test
  void jsonpSessionIsReachableThroughEveryNode() throws IOException {
    String url = fresh("/wide");
    assertThat(NODES.node(0).get(url + "/jsonp?c=cb").body()).isEqualTo("/**/cb(\"o\");\r\n");
    Reply sent =
        NODES
            .node(1)
            .post(
                url + "/jsonp_send",
                "d=%5B%22x%22%5D",
                "Content-Type: application/x-www-form-urlencoded");
    assertThat(sent.body()).isEqualTo("ok");
    assertThat(NODES.node(2).get(url + "/jsonp?c=cb").body())
        .isEqualTo("/**/cb(\"a[\\\"x\\\"]\");\r\n");
  }

  static Stream<Arguments> polls() {
    return MessageLossTest.polls(ROUNDS);
  }

  @ParameterizedTest
  @MethodSource("polls")
  void pollsAbortedOnRandomNodesLoseNoMessage(String transport, int seed) throws Exception {
    Random nodes = new Random(seed);
    new AbortingClient(
            NODES.node(0),
            () -> NODES.node(nodes.nextInt(SockJsNodes.COUNT)).connect(),
            transport,
            new Random(seed))
        .run();
  }

  @ParameterizedTest
  @CsvSource({"POST,xhr_streaming", "GET,eventsource", "GET,htmlfile?c=cb"})
  void streamsThatContinueOnTheNextNodeLoseNoMessage(String method, String transport)
      throws Exception {
    String url = NODES.open(0, "/echo");
    Numbers numbers = new Numbers();
    Thread saying = Numbers.startSending(NODES.node(0), url, new Random(1));
    for (int node = 1; !numbers.isComplete(); node++) {
      try (RawHttp http = NODES.node(node).connect()) {
        RawHttp.Answer stream = http.send(method, url + "/" + transport, null).answer();
        assertThat(stream.status()).isEqualTo(200);
        stream.chunk();
        String chunk = stream.chunk();
        while (!chunk.isEmpty() && !numbers.isComplete()) {
          numbers.take(chunk);
          chunk = numbers.isComplete() ? "" : stream.chunk();
        }
      }
    }
    saying.join();
    assertThat(numbers.got()).isEqualTo(Numbers.expected());
  }

  @Test
  void secondReceiverIsRefusedOnEveryNode() throws IOException {
    String url = NODES.open(0, "/wide");
    try (RawHttp waiting = NODES.node(1).connect()) {
      RawHttp.Answer stream = waiting.post(url + "/xhr_streaming", "");
      assertThat(stream.chunk()).startsWith("hhhh");
      for (int node = 0; node < SockJsNodes.COUNT; node++) {
        assertThat(NODES.node(node).post(url + "/xhr", "").body())
            .isEqualTo("c[2010,\"Another connection still open\"]\n");
      }
      assertThat(NODES.node(2).post(url + "/xhr_send", "[\"x\"]").status()).isEqualTo(204);
      assertThat(stream.chunk()).isEqualTo("a[\"x\"]\n");
    }
  }

  @Test
  void sessionOfAnotherClientLooksUnknown() throws IOException {
    String url = NODES.open(0, "/wide", MINE);
    for (int node = 0; node < SockJsNodes.COUNT; node++) {
      SockJsServer server = NODES.node(node);
      Reply unknown = server.post(fresh("/wide") + "/xhr_send", "[\"x\"]", YOURS);
      Reply refused = server.post(url + "/xhr_send", "[\"x\"]", YOURS);
      assertThat(refused.status()).isEqualTo(404).isEqualTo(unknown.status());
      assertThat(refused.body()).isEqualTo(unknown.body());
      assertThat(refused.answer().names()).isEqualTo(unknown.answer().names());
      assertThat(server.post(url + "/xhr", "", YOURS).status()).isEqualTo(404);
      assertThat(server.post(url + "/xhr_streaming", "", YOURS).status()).isEqualTo(404);
      assertThat(server.get(url + "/eventsource", YOURS).status()).isEqualTo(404);
    }
    assertThat(NODES.node(1).post(url + "/xhr_send", "[\"x\"]", MINE).status()).isEqualTo(204);
    assertThat(NODES.node(2).post(url + "/xhr", "", MINE).body()).isEqualTo("a[\"x\"]\n");
  }

  @Test
  void errorsAreTheSameOnEveryNode() throws IOException {
    String url = NODES.open(0, "/wide");
    for (int node = 0; node < 2; node++) {
      SockJsServer server = NODES.node(node);
      Reply broken = server.post(url + "/xhr_send", "[\"x");
      assertThat(broken.status()).isEqualTo(500);
      assertThat(broken.body()).isEqualTo("Broken JSON encoding.");
      assertThat(server.post(url + "/xhr_send", "").body()).isEqualTo("Payload expected.");
      String huge = "x".repeat(SockJsServer.MAX_MESSAGE * 16 + 1);
      assertThat(server.post(url + "/xhr_send", huge).status()).isEqualTo(413);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"xhr_send", "jsonp_send"})
  void sendToAnUnknownSessionLeavesNoEntry(String transport) throws IOException {
    String url = fresh("/wide");
    for (int node = 0; node < SockJsNodes.COUNT; node++) {
      assertThat(NODES.node(node).post(url + "/" + transport, "[\"x\"]").status()).isEqualTo(404);
    }
    assertThat(NODES.know(url)).isFalse();
  }

  @Test
  void entryOfASessionEndsWithIt() throws IOException {
    String url = NODES.open(0, "/wide");
    assertThat(NODES.know(url)).isTrue();
    await().atMost(PATIENCE).until(() -> !NODES.know(url));
    assertThat(NODES.node(1).post(url + "/xhr_send", "[\"x\"]").status()).isEqualTo(404);
    assertThat(NODES.node(2).post(url + "/xhr", "").body()).isEqualTo("o\n");
  }

  @Test
  void simultaneousOpensOnAllNodesMakeOneSession() throws Exception {
    for (int round = 0; round < 10; round++) {
      String url = fresh("/wide");
      List<RawHttp> clients = new ArrayList<>();
      for (int node = 0; node < SockJsNodes.COUNT; node++) {
        clients.add(NODES.node(node).connect());
      }
      for (RawHttp client : clients) {
        client.send("POST", url + "/xhr", "", "X-Test: " + url);
      }
      List<String> received = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        RawHttp answered = Polls.firstAnswered(clients.toArray(RawHttp[]::new));
        received.add(answered.answer().body());
        clients.remove(answered);
        answered.close();
      }
      clients.get(0).close();
      assertThat(received)
          .containsExactlyInAnyOrder("o\n", "c[2010,\"Another connection still open\"]\n");
      long sessions =
          IntStream.range(0, SockJsNodes.COUNT).filter(node -> NODES.node(node).has(url)).count();
      assertThat(sessions).isEqualTo(1);
    }
  }

  @Test
  void slowReaderOnAnotherNodeReceivesAllInOrder() throws Exception {
    String url = NODES.open(0, "/wide");
    String padding = "x".repeat(50_000);
    int count = 0;
    try (RawHttp http = new RawHttp(NODES.node(1).port(), 4_096)) {
      RawHttp.Answer stream = http.post(url + "/xhr_streaming", "");
      stream.chunk();
      // The sizes of the socket buffers are unknown, so it writes until they are full.
      while (count < 16 || NODES.node(0).isWritable(url)) {
        int number = count++;
        NODES
            .node(0)
            .onLoopOf(url, session -> session.write(EncodedMessage.text(number + padding)));
        assertThat(count).isLessThan(1_000);
      }
      StringBuilder got = new StringBuilder();
      for (int i = 0; i < count; i++) {
        String last = i + padding + "\"";
        while (got.indexOf(last) < 0) {
          String chunk = stream.chunk();
          got.append(chunk);
          if (chunk.isEmpty()) {
            stream = http.post(url + "/xhr_streaming", "");
            stream.chunk();
          }
        }
        got.delete(0, got.indexOf(last) + last.length());
      }
    }
  }

  @Test
  void abortedPollLosesNoMessage() throws IOException {
    String url = NODES.open(0, "/wide");
    try (RawHttp http = NODES.node(1).connect()) {
      http.send("POST", url + "/xhr", "");
    }
    NODES.node(2).post(url + "/xhr_send", "[\"x\"]");
    assertThat(NODES.node(2).post(url + "/xhr", "").body()).isEqualTo("a[\"x\"]\n");
  }

  @Test
  void resetStreamWithUnreadDataEndsTheSession() throws IOException {
    String url = NODES.open(0, "/wide");
    try (RawHttp http = NODES.node(1).connect()) {
      RawHttp.Answer stream = http.post(url + "/xhr_streaming", "");
      stream.chunk();
      NODES.node(2).post(url + "/xhr_send", "[\"x\"]");
      Polls.firstAnswered(http);
      http.reset();
    }
    assertThat(NODES.node(2).post(url + "/xhr", "").body())
        .isEqualTo("c[1002,\"Connection interrupted\"]\n");
  }
}
