package io.busbar.protocol.sockjs;

import static io.busbar.protocol.sockjs.SockJsServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.hub.Disconnect;
import io.busbar.hub.EncodedMessage;
import io.busbar.protocol.session.Polls;
import io.busbar.protocol.session.RawHttp;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** sockjs-protocol 0.3.3, "Handling close". */
class HandlingCloseTest {
  @RegisterExtension static final SockJsServer SERVER = new SockJsServer();

  private static final String ANOTHER = "c[2010,\"Another connection still open\"]\n";
  private static final String INTERRUPTED = "c[1002,\"Connection interrupted\"]\n";

  private static RawHttp.Answer openStream(RawHttp http, String url) throws IOException {
    RawHttp.Answer stream = http.post(url + "/xhr_streaming", "");
    assertThat(stream.chunk()).hasSize(2049);
    return stream;
  }

  @Test
  void closedSessionEndsItsStreamsAfterTheCloseFrame() throws IOException {
    String url = fresh("/close");
    try (RawHttp one = SERVER.connect();
        RawHttp two = SERVER.connect()) {
      RawHttp.Answer first = openStream(one, url);
      assertThat(first.chunk()).isEqualTo("o\n");
      assertThat(first.chunk()).isEqualTo("c[3000,\"Go away!\"]\n");
      RawHttp.Answer second = openStream(two, url);
      assertThat(second.chunk()).isEqualTo("c[3000,\"Go away!\"]\n");
      assertThat(first.chunk()).isEmpty();
      assertThat(second.chunk()).isEmpty();
    }
  }

  @Test
  void secondStreamIsRefused() throws IOException {
    String url = fresh("/echo");
    try (RawHttp one = SERVER.connect();
        RawHttp two = SERVER.connect()) {
      assertThat(openStream(one, url).chunk()).isEqualTo("o\n");
      RawHttp.Answer second = openStream(two, url);
      assertThat(second.chunk()).isEqualTo(ANOTHER);
      assertThat(second.chunk()).isEmpty();
    }
  }

  /**
   * The suite's test_abort_xhr_streaming: after a 2010 the client regards the session as closed.
   */
  @Test
  void streamAbortAfterARefusedSecondInterruptsTheSession() throws IOException {
    String url = fresh("/echo");
    RawHttp one = SERVER.connect();
    assertThat(openStream(one, url).chunk()).isEqualTo("o\n");
    try (RawHttp two = SERVER.connect()) {
      assertThat(openStream(two, url).chunk()).isEqualTo(ANOTHER);
    }
    one.close();
    try (RawHttp three = SERVER.connect()) {
      assertThat(openStream(three, url).chunk()).isEqualTo(INTERRUPTED);
    }
  }

  /** The suite's test_abort_xhr_polling. */
  @Test
  void pollAbortAfterARefusedSecondInterruptsTheSession() throws IOException {
    String url = fresh("/wide");
    try (RawHttp one = SERVER.connect();
        RawHttp other = SERVER.connect()) {
      assertThat(one.post(url + "/xhr", "").body()).isEqualTo("o\n");
      one.send("POST", url + "/xhr", "");
      other.send("POST", url + "/xhr", "");
      RawHttp second = Polls.firstAnswered(one, other);
      assertThat(second.answer().body()).isEqualTo(ANOTHER);
      (second == one ? other : one).close();
    }
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo(INTERRUPTED);
  }

  @Test
  void abortedWaitingPollLosesNoMessage() throws IOException {
    String url = fresh("/wide");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("o\n");
    try (RawHttp waiting = SERVER.connect()) {
      waiting.send("POST", url + "/xhr", "");
    }
    assertThat(SERVER.post(url + "/xhr_send", "[\"a\"]").status()).isEqualTo(204);
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("a[\"a\"]\n");
  }

  @Test
  void unreadResponseIsRepeatedOnce() throws IOException {
    String url = fresh("/wide");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("o\n");
    try (RawHttp waiting = SERVER.connect()) {
      waiting.send("POST", url + "/xhr", "");
      assertThat(SERVER.post(url + "/xhr_send", "[\"a\"]").status()).isEqualTo(204);
      Polls.firstAnswered(waiting);
    }
    assertThat(SERVER.post(url + "/xhr_send", "[\"b\"]").status()).isEqualTo(204);
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("a[\"a\"]\n");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("a[\"b\"]\n");
  }

  @Test
  void abortedStreamThatWasFullyReadLosesNoMessage() throws IOException {
    String url = fresh("/wide");
    try (RawHttp one = SERVER.connect()) {
      RawHttp.Answer stream = openStream(one, url);
      assertThat(stream.chunk()).isEqualTo("o\n");
      assertThat(SERVER.post(url + "/xhr_send", "[\"a\"]").status()).isEqualTo(204);
      assertThat(stream.chunk()).isEqualTo("a[\"a\"]\n");
    }
    assertThat(SERVER.post(url + "/xhr_send", "[\"b\"]").status()).isEqualTo(204);
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("a[\"b\"]\n");
  }

  @Test
  void abortedStreamWithUnreadDataInterruptsTheSession() throws IOException {
    String url = fresh("/wide");
    try (RawHttp one = SERVER.connect()) {
      assertThat(openStream(one, url).chunk()).isEqualTo("o\n");
      assertThat(SERVER.post(url + "/xhr_send", "[\"a\"]").status()).isEqualTo(204);
      Polls.firstAnswered(one);
    }
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo(INTERRUPTED);
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo(INTERRUPTED);
  }

  @Test
  void abortedStreamWithoutMessagesLosesNoMessage() throws IOException {
    String url = fresh("/wide");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("o\n");
    try (RawHttp one = SERVER.connect()) {
      one.send("POST", url + "/xhr_streaming", "");
      Polls.firstAnswered(one);
    }
    assertThat(SERVER.post(url + "/xhr_send", "[\"a\"]").status()).isEqualTo(204);
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("a[\"a\"]\n");
  }

  @Test
  void sessionWithoutAReceiverExpires() throws IOException {
    String url = fresh("/wide");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("o\n");
    Awaitility.await()
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> SERVER.post(url + "/xhr_send", "[\"a\"]").status() == 404);
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("o\n");
  }

  @Test
  void closedSessionExpiresEvenIfItIsPolled() throws IOException {
    String url = fresh("/close");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("o\n");
    Awaitility.await()
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> SERVER.post(url + "/xhr", "").body().equals("o\n"));
  }

  @Test
  void earlierMessagesPrecedeTheCloseFrame() throws IOException {
    String url = fresh("/wide");
    assertThat(SERVER.post(url + "/xhr", "", "X-Test: " + url).body()).isEqualTo("o\n");
    CompletableFuture<Void> said = new CompletableFuture<>();
    SERVER.onLoopOf(
        url,
        session -> {
          session.write(EncodedMessage.text("one"));
          session.write(EncodedMessage.text("two"));
          session.close(new Disconnect(3001, "done", false));
          said.complete(null);
        });
    said.join();
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("a[\"one\",\"two\"]\n");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("c[3001,\"done\"]\n");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("c[3001,\"done\"]\n");
  }

  private static void closeForShutdown(String url) {
    SERVER.askOnLoopOf(
        url,
        session -> {
          session.close(Disconnect.SHUTDOWN);
          return null;
        });
  }

  @Test
  void shutdownWaitsForAClientBetweenTwoPolls() throws IOException {
    String url = fresh("/wide");
    assertThat(SERVER.post(url + "/xhr", "", "X-Test: " + url).body()).isEqualTo("o\n");
    closeForShutdown(url);
    assertThat(SERVER.awaitsCloseNotification(url)).isTrue();
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("c[1001,\"server is stopping\"]\n");
    assertThat(SERVER.awaitsCloseNotification(url)).isFalse();
  }

  /** The shutdown once waited two seconds for such a client. */
  @Test
  void shutdownDoesNotWaitForAnAbortedPoll() throws IOException {
    String url = fresh("/wide");
    assertThat(SERVER.post(url + "/xhr", "", "X-Test: " + url).body()).isEqualTo("o\n");
    try (RawHttp waiting = SERVER.connect()) {
      waiting.send("POST", url + "/xhr", "");
      Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> SERVER.isWritable(url));
    }
    Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> !SERVER.isWritable(url));
    closeForShutdown(url);
    assertThat(SERVER.awaitsCloseNotification(url)).isFalse();
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("c[1001,\"server is stopping\"]\n");
  }

  @Test
  void messagesToAClosedSessionAreAcceptedAndDropped() throws IOException {
    String url = fresh("/close");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("o\n");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("c[3000,\"Go away!\"]\n");
    assertThat(SERVER.post(url + "/xhr_send", "[\"a\"]").status()).isEqualTo(204);
  }
}
