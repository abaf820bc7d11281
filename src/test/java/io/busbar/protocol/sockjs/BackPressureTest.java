package io.busbar.protocol.sockjs;

import static io.busbar.protocol.sockjs.SockJsServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Session;
import io.busbar.protocol.session.Polls;
import io.busbar.protocol.session.RawHttp;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Neither side can fill the memory of the other, over any transport. */
class BackPressureTest {
  @RegisterExtension static final SockJsServer SERVER = new SockJsServer();

  private static final int SMALL_BUFFER = 4 << 10;

  private static void write(String name, int count, int size) throws Exception {
    String padding = "x".repeat(size);
    for (int i = 0; i < count; i++) {
      int number = i;
      SERVER.askOnLoopOf(
          name,
          session -> {
            session.write(EncodedMessage.text(number + " " + padding));
            return null;
          });
    }
  }

  @Test
  void sessionEndsWhenTooMuchWaitsForAPoll() throws Exception {
    String url = fresh("/wide");
    assertThat(SERVER.post(url + "/xhr", "", "X-Test: " + url).body()).isEqualTo("o\n");
    assertThat(SERVER.isWritable(url)).isFalse();
    write(url, 40, 60_000);
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("c[1008,\"reads too slowly\"]\n");
  }

  @Test
  void sessionEndsWhenItsStreamIsNotRead() throws Exception {
    String url = fresh("/wide");
    try (RawHttp http = new RawHttp(SERVER.port(), SMALL_BUFFER)) {
      http.send("GET", url + "/eventsource", null, "X-Test: " + url);
      assertThat(http.answer().chunk()).isEqualTo("\r\n");
      assertThat(SERVER.isWritable(url)).isTrue();
      int written = 0;
      while (SERVER.isWritable(url)) {
        write(url, 1, 60_000);
        assertThat(++written).isLessThan(200);
      }
      write(url, 40, 60_000);
      assertThat(SERVER.askOnLoopOf(url, Session::isClosed)).isTrue();
      assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("c[1008,\"reads too slowly\"]\n");
    }
  }

  @Test
  void sessionEndsWhenItsWebSocketIsNotRead() throws Exception {
    String url = fresh("/wide");
    WebSocketClients.Client client =
        new WebSocketClients(SERVER).connect(url + "/websocket", "X-Test: " + url);
    assertThat(client.next()).isEqualTo("o");
    client.socket().pause();
    int written = 0;
    while (SERVER.isWritable(url)) {
      write(url, 1, 60_000);
      assertThat(++written).isLessThan(1_000);
    }
    write(url, 40, 60_000);
    assertThat(SERVER.askOnLoopOf(url, Session::isClosed)).isTrue();
    client.socket().resume();
  }

  @Test
  void slowReaderReceivesAllMessagesInOrder() throws Exception {
    String url = fresh("/wide");
    List<Integer> got = new ArrayList<>();
    int count = 200;
    try (RawHttp http = new RawHttp(SERVER.port(), SMALL_BUFFER)) {
      http.send("POST", url + "/xhr_streaming", "", "X-Test: " + url);
      write(url, count, 4_000);
      RawHttp.Answer stream = http.answer();
      assertThat(stream.chunk()).hasSize(2049);
      assertThat(stream.chunk()).isEqualTo("o\n");
      while (got.size() < count) {
        String chunk = stream.chunk();
        if (chunk.isEmpty()) {
          stream = http.post(url + "/xhr_streaming", "");
          assertThat(stream.chunk()).hasSize(2049);
        } else {
          addNumbers(chunk, got);
        }
      }
    }
    assertInOrder(got, count);
  }

  private static void addNumbers(String frame, List<Integer> got) {
    new JsonArray(frame.substring(1))
        .forEach(message -> got.add(Integer.parseInt(((String) message).split(" ", 2)[0])));
  }

  private static void assertInOrder(List<Integer> got, int count) {
    for (int i = 0; i < count; i++) {
      assertThat(got.get(i)).isEqualTo(i);
    }
    assertThat(got).hasSize(count);
  }

  @Test
  void messagesBetweenTwoPollsAreJoined() throws Exception {
    String url = fresh("/wide");
    assertThat(SERVER.post(url + "/xhr", "", "X-Test: " + url).body()).isEqualTo("o\n");
    write(url, 300, 10);
    List<Integer> got = new ArrayList<>();
    addNumbers(SERVER.post(url + "/xhr", "").body(), got);
    assertInOrder(got, 300);
  }

  @Test
  void sendsAreAnsweredWhenTheProtocolResumes() throws Exception {
    String url = fresh("/wide");
    assertThat(SERVER.post(url + "/xhr", "", "X-Test: " + url).body()).isEqualTo("o\n");
    setPaused(url, true);
    try (RawHttp sending = SERVER.connect()) {
      sending.send("POST", url + "/xhr_send", "[\"1\",\"2\"]");
      try (RawHttp receiving = SERVER.connect()) {
        receiving.send("POST", url + "/xhr", "");
        assertThat(SERVER.get("/wide/info").status()).isEqualTo(200);
        assertThat(sending.available()).isZero();
        assertThat(receiving.available()).isZero();
        setPaused(url, false);
        assertThat(sending.answer().status()).isEqualTo(204);
        assertThat(receiving.answer().body()).startsWith("a[\"1\"");
      }
    }
  }

  private static void setPaused(String name, boolean paused) throws Exception {
    SERVER.askOnLoopOf(
        name,
        session -> {
          if (paused) {
            SERVER.transport(name).pause();
          } else {
            SERVER.transport(name).resume();
          }
          return null;
        });
  }

  @Test
  void tooManyWaitingSendsAreRefused() throws Exception {
    String url = fresh("/wide");
    assertThat(SERVER.post(url + "/xhr", "", "X-Test: " + url).body()).isEqualTo("o\n");
    setPaused(url, true);
    List<RawHttp> sends = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      sends.add(SERVER.connect().send("POST", url + "/xhr_send", "[\"" + i + "\"]"));
    }
    RawHttp refused = Polls.firstAnswered(sends.toArray(RawHttp[]::new));
    RawHttp.Answer answer = refused.answer();
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).isEqualTo("Too many messages wait.");
    setPaused(url, false);
    for (RawHttp send : sends) {
      if (send != refused) {
        assertThat(send.answer().status()).isEqualTo(204);
      }
      send.close();
    }
    String body = SERVER.post(url + "/xhr", "").body();
    assertThat(new JsonArray(body.substring(1)).size()).isEqualTo(4);
  }

  @Test
  void waitingSendFailsWhenTheSessionExpires() throws Exception {
    String url = fresh("/wide");
    assertThat(SERVER.post(url + "/xhr", "", "X-Test: " + url).body()).isEqualTo("o\n");
    setPaused(url, true);
    assertThat(SERVER.post(url + "/xhr_send", "[\"1\"]").status()).isEqualTo(404);
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("o\n");
  }
}
