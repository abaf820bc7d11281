package io.busbar.protocol.sockjs;

import static io.busbar.protocol.sockjs.SockJsServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.session.Polls;
import io.busbar.protocol.session.RawHttp;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without epoll the server cannot query the socket state, and knows only what it has read. */
class OnNioTest {
  @RegisterExtension static final SockJsServer SERVER = new SockJsServer(false, 2_000);

  @Test
  void nativeTransportIsNotUsed() {
    assertThat(SERVER.vertx().isNativeTransportEnabled()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void pollsAbortedWithUnreadResponsesLoseNoMessage(int seed) throws Exception {
    Random random = new Random(seed);
    Numbers numbers = new Numbers();
    String url = fresh("/wide");
    try (RawHttp http = SERVER.connect()) {
      numbers.take(http.post(url + "/xhr", "", "X-Test: " + url).body());
    }
    Thread saying = Numbers.startSending(SERVER, url, new Random(seed));
    while (!numbers.isComplete()) {
      try (RawHttp http = SERVER.connect()) {
        http.send("POST", url + "/xhr", "");
        if (random.nextInt(3) == 0) {
          Polls.firstAnswered(http);
          http.reset();
        } else {
          numbers.take(http.answer().body());
        }
      }
    }
    saying.join();
    assertThat(numbers.got()).isEqualTo(Numbers.expected());
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
  void secondReceiverIsRefused() throws IOException {
    String url = fresh("/wide");
    try (RawHttp one = SERVER.connect();
        RawHttp two = SERVER.connect()) {
      assertThat(one.post(url + "/xhr_streaming", "").chunk()).hasSize(2049);
      assertThat(one.read(7)).isEqualTo("2\r\no\n\r\n");
      RawHttp.Answer second = two.post(url + "/xhr_streaming", "");
      assertThat(second.chunk()).hasSize(2049);
      assertThat(second.chunk()).isEqualTo("c[2010,\"Another connection still open\"]\n");
    }
  }
}
