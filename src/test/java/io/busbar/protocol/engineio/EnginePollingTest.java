package io.busbar.protocol.engineio;

import static io.busbar.protocol.engineio.EngineClient.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.engineio.EngineClient.Reply;
import io.busbar.protocol.session.Polls;
import io.busbar.protocol.session.RawHttp;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Engine.IO over successive requests, byte for byte. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EnginePollingTest {
  @RegisterExtension static final EngineServer SERVER = new EngineServer();

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String FOUR = "/engine.io/?EIO=4&transport=polling";
  private static final String THREE = "/engine.io/?EIO=3&transport=polling";
  private static final String UNKNOWN_SID = "{\"code\":1,\"message\":\"Session ID unknown\"}";

  private static void assertEnded(EngineClient client) throws IOException {
    Reply poll = client.poll();
    assertThat(poll.status()).isEqualTo(400);
    assertThat(poll.body()).isEqualTo(UNKNOWN_SID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/engine.io/", "/engine.io"})
  void handshakeIsAnsweredWithTheOpenPacket(String path) throws IOException {
    Reply opened = ask(SERVER, "GET", path + "?EIO=4&transport=polling", null);
    assertThat(opened.status()).isEqualTo(200);
    assertThat(opened.answer().header("Content-Type")).isEqualTo("text/plain; charset=UTF-8");
    assertThat(opened.answer().header("Cache-Control")).isEqualTo("no-store");
    assertThat(opened.body()).startsWith("0{");
    JsonObject open = new JsonObject(opened.body().substring(1));
    String sid = (String) open.remove("sid");
    assertThat(sid).matches("[A-Za-z0-9_-]{22}");
    assertThat(open)
        .isEqualTo(
            new JsonObject()
                .put("upgrades", new JsonArray().add("websocket"))
                .put("pingInterval", 25_000)
                .put("pingTimeout", 20_000)
                .put("maxPayload", EngineServer.MAX_PAYLOAD));
    assertThat(ask(SERVER, "POST", FOUR + "&sid=" + sid, "1").body()).isEqualTo("ok");
  }

  @Test
  void openPacketOfRevisionThreeHasALengthPrefix() throws IOException {
    Reply opened = ask(SERVER, "GET", THREE, null);
    int colon = opened.body().indexOf(':');
    assertThat(opened.body().substring(0, colon))
        .isEqualTo(Integer.toString(opened.body().length() - colon - 1));
    JsonObject open = new JsonObject(opened.body().substring(colon + 2));
    assertThat(open.getInteger("maxPayload")).isEqualTo(EngineServer.MAX_PAYLOAD);
    String url = THREE + "&sid=" + open.getString("sid");
    assertThat(ask(SERVER, "POST", url, "1:1").body()).isEqualTo("ok");
  }

  @Test
  void postedPacketsAreEchoedToPolls() throws IOException {
    EngineClient client = EngineClient.four(SERVER);
    Reply posted = client.post("4hello\u001e4w\u00f6rld \ud83d\ude80\u001ebAQID");
    assertThat(posted.status()).isEqualTo(200);
    assertThat(posted.body()).isEqualTo("ok");
    assertThat(posted.answer().header("Content-Type")).isEqualTo("text/html");
    assertThat(pollPackets(client, 3))
        .containsExactly("4hello", "4w\u00f6rld \ud83d\ude80", "bAQID");
    client.close();
  }

  private static List<String> pollPackets(EngineClient client, int count) throws IOException {
    List<String> packets = new ArrayList<>();
    while (packets.size() < count) {
      packets.addAll(List.of(client.poll().body().split("\u001e")));
    }
    return packets;
  }

  @Test
  void pollWaitsForAPacket() throws IOException {
    EngineClient client = EngineClient.four(SERVER);
    try (RawHttp poll = SERVER.connect()) {
      poll.send("GET", client.url(), null);
      assertThat(client.post("4x").body()).isEqualTo("ok");
      assertThat(poll.answer().body()).isEqualTo("4x");
    }
    client.close();
  }

  @Test
  void revisionThreeSendsBinaryPayloads() throws IOException {
    EngineClient client = EngineClient.open(SERVER, THREE);
    try (RawHttp http = SERVER.connect()) {
      byte[] head =
          ("POST "
                  + client.url()
                  + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
                  + "Content-Length: 7\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII);
      byte[] body = {1, 4, (byte) 0xFF, 4, 1, 2, 3};
      http.raw(Buffer.buffer(head).appendBytes(body).getBytes());
      assertThat(http.answer().body()).isEqualTo("ok");
      RawHttp.Answer answer = http.get(client.url());
      assertThat(answer.header("Content-Type")).isEqualTo("application/octet-stream");
      assertThat(http.bytes(body.length)).isEqualTo(body);
    }
    assertThat(client.post("1:1").body()).isEqualTo("ok");
  }

  @Test
  void clientWithoutBinarySupportGetsBase64() throws IOException {
    EngineClient client = EngineClient.open(SERVER, THREE + "&b64=1");
    client.post("6:b4AQID");
    assertThat(client.poll().body()).isEqualTo("6:b4AQID");
    assertThat(client.post("1:1").body()).isEqualTo("ok");
  }

  @Test
  void jsonpPollingWorks() throws IOException {
    EngineClient client = EngineClient.open(SERVER, THREE + "&j=3");
    Reply posted = client.post("d=4%3A4a%22b", "Content-Type: application/x-www-form-urlencoded");
    assertThat(posted.body()).isEqualTo("ok");
    Reply polled = client.poll();
    assertThat(polled.answer().header("Content-Type")).isEqualTo("text/javascript; charset=UTF-8");
    assertThat(polled.body()).isEqualTo("___eio[3](\"4:4a\\\"b\");");
    assertThat(client.post("d=1%3A1").body()).isEqualTo("ok");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET | EIO=4 | 0 | Transport unknown",
        "GET | EIO=4&transport=pigeon | 0 | Transport unknown",
        "GET | transport=polling | 5 | Unsupported protocol version",
        "GET | EIO=5&transport=polling | 5 | Unsupported protocol version",
        "GET | EIO=abc&transport=websocket | 5 | Unsupported protocol version",
        "POST | EIO=4&transport=polling | 2 | Bad handshake method",
        "PUT | EIO=4&transport=polling | 2 | Bad handshake method",
        "GET | EIO=4&transport=websocket | 3 | Bad request",
        "GET | EIO=4&transport=polling&j=1 | 3 | Bad request",
        "GET | EIO=3&transport=polling&j=x | 3 | Bad request",
        "GET | EIO=4&transport=polling&sid=abc | 1 | Session ID unknown",
        "POST | EIO=4&transport=polling&sid=abc | 1 | Session ID unknown",
        "DELETE | EIO=4&transport=polling&sid=abc | 3 | Bad request",
      })
  void invalidRequestIsAnErrorWithItsCode(String method, String query, int code, String words)
      throws IOException {
    Reply refused = ask(SERVER, method, "/engine.io/?" + query, method.equals("GET") ? null : "");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.answer().header("Content-Type")).isEqualTo("application/json");
    assertThat(refused.json()).isEqualTo(new JsonObject().put("code", code).put("message", words));
  }

  @Test
  void sessionIsUnknownToRequestsOfAnotherRevision() throws IOException {
    EngineClient client = EngineClient.four(SERVER);
    assertThat(ask(SERVER, "GET", client.url().replace("EIO=4", "EIO=3"), null).body())
        .isEqualTo(UNKNOWN_SID);
    client.close();
  }

  @Test
  void requestsFromOtherOriginsAreAllowed() throws IOException {
    Reply preflight =
        ask(
            SERVER,
            "OPTIONS",
            FOUR,
            null,
            "Origin: https://a.example",
            "Access-Control-Request-Headers: x-mine");
    assertThat(preflight.status()).isEqualTo(204);
    assertThat(preflight.answer().header("Access-Control-Allow-Origin"))
        .isEqualTo("https://a.example");
    assertThat(preflight.answer().header("Access-Control-Allow-Headers")).isEqualTo("x-mine");
    assertThat(preflight.answer().header("Access-Control-Allow-Methods")).contains("POST");
    Reply refused = ask(SERVER, "GET", FOUR + "&sid=x", null, "Origin: https://a.example");
    assertThat(refused.answer().header("Access-Control-Allow-Origin"))
        .isEqualTo("https://a.example");
    EngineClient client = EngineClient.four(SERVER);
    Reply posted = client.post("1");
    assertThat(posted.answer().header("Access-Control-Allow-Origin")).isEqualTo("*");
  }

  @Test
  void tooLargeUploadIsRefusedAndTheSessionStaysOpen() throws IOException {
    EngineClient client = EngineClient.four(SERVER);
    Reply refused = client.post("4" + "x".repeat(EngineServer.MAX_PAYLOAD));
    assertThat(refused.status()).isEqualTo(413);
    client.post("4still here");
    assertThat(client.poll().body()).isEqualTo("4still here");
    client.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "4x\u001e", "9", "b*"})
  void invalidPacketEndsTheSession(String body) throws IOException {
    EngineClient client = EngineClient.four(SERVER);
    Reply refused = client.post(body);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().getInteger("code")).isEqualTo(3);
    assertEnded(client);
  }

  @Test
  void tooManyPacketsInAPayloadEndTheSession() throws IOException {
    EngineClient client = EngineClient.four(SERVER);
    assertThat(client.post("4\u001e".repeat(5_000) + "4").status()).isEqualTo(413);
    assertEnded(client);
  }

  @Test
  void binaryUploadInRevisionFourEndsTheSession() throws IOException {
    EngineClient client = EngineClient.four(SERVER);
    assertThat(client.post("4x", "Content-Type: application/octet-stream").status()).isEqualTo(400);
    assertEnded(client);
  }

  @Test
  void simultaneousPollsEndTheSession() throws IOException {
    EngineClient client = EngineClient.four(SERVER);
    try (RawHttp one = SERVER.connect();
        RawHttp other = SERVER.connect()) {
      one.send("GET", client.url(), null);
      other.send("GET", client.url(), null);
      RawHttp.Answer first = one.answer();
      RawHttp.Answer second = other.answer();
      // Either request may have come first.
      boolean inOrder = second.status() == 400;
      RawHttp.Answer waited = inOrder ? first : second;
      RawHttp.Answer refused = inOrder ? second : first;
      assertThat(waited.status()).isEqualTo(200);
      assertThat(waited.body()).isEqualTo("1");
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body()).isEqualTo("{\"code\":3,\"message\":\"Bad request\"}");
    }
    assertEnded(client);
  }

  @Test
  void waitingPollEndsWhenItsClientCloses() throws IOException {
    EngineClient client = EngineClient.four(SERVER);
    try (RawHttp poll = SERVER.connect()) {
      poll.send("GET", client.url(), null);
      client.post("4x");
      assertThat(poll.answer().body()).isEqualTo("4x");
      poll.send("GET", client.url(), null);
      client.close();
      RawHttp.Answer told = poll.answer();
      // The poll may have come after the end of the session.
      assertThat(List.of("6", UNKNOWN_SID)).contains(told.body());
    }
    assertEnded(client);
  }

  @Test
  void closeOfTheServerComesAfterEarlierPackets() throws IOException {
    String name = UUID.randomUUID().toString();
    EngineClient client = EngineClient.four(SERVER, "X-Test: " + name);
    client.post("4x");
    SERVER.onLoopOf(name, session -> session.close(Disconnect.SHUTDOWN));
    assertThat(client.poll().body()).isEqualTo("4x");
    assertThat(client.poll().body()).isEqualTo("1");
    assertEnded(client);
  }

  @Test
  void clientThatDoesNotAnswerPingsIsDisconnected() throws IOException {
    EngineClient client = EngineClient.open(SERVER, "/quick/?EIO=4&transport=polling");
    for (int i = 0; i < 3; i++) {
      assertThat(client.poll().body()).isEqualTo("2");
      assertThat(client.post("3").body()).isEqualTo("ok");
    }
    assertThat(client.poll().body()).isEqualTo("2");
    await().atMost(PATIENCE).until(() -> SERVER.sessionCount() == 0);
    assertEnded(client);
  }

  @Test
  void answeredPollIsRemovedFromMemory() throws IOException {
    try (RawHttp http = new RawHttp(SERVER.port())) {
      String open = http.send("GET", FOUR, null).answer().body();
      String url = FOUR + "&sid=" + new JsonObject(open.substring(1)).getString("sid");
      for (int i = 0; i < 200; i++) {
        http.send("POST", url, "4x").answer();
        assertThat(http.send("GET", url, null).answer().body()).isEqualTo("4x");
      }
      // Requests must not stay in memory until their deadline of ten seconds.
      await().atMost(Duration.ofSeconds(8)).until(SERVER::requestsInMemory, there -> there < 20);
      http.send("POST", url, "1").answer();
    }
  }

  @Test
  void clientThatNeverPollsIsDisconnected() throws IOException {
    EngineClient client = EngineClient.open(SERVER, "/quick/?EIO=4&transport=polling");
    await().atMost(PATIENCE).until(() -> SERVER.sessionCount() == 0);
    assertEnded(client);
  }

  @Test
  void pingOfAClientInRevisionFourEndsTheSession() throws IOException {
    EngineClient client = EngineClient.four(SERVER);
    assertThat(client.post("2").status()).isEqualTo(400);
    assertEnded(client);
  }

  @Test
  void revisionThreeClientThatStopsPingingIsDisconnected() throws IOException {
    EngineClient client = EngineClient.open(SERVER, "/quick/?EIO=3&transport=polling");
    for (int i = 0; i < 3; i++) {
      assertThat(client.post("4:2abc").body()).isEqualTo("ok");
      assertThat(client.poll().body()).isEqualTo("4:3abc");
    }
    await().atMost(PATIENCE).until(() -> SERVER.sessionCount() == 0);
    assertEnded(client);
  }

  @Test
  void pongsForAClientThatDoesNotPollAreLimited() throws IOException {
    EngineClient client = EngineClient.open(SERVER, THREE);
    assertThat(client.post("1:2".repeat(500)).body()).isEqualTo("ok");
    assertThat(client.poll().body()).isEqualTo("1:3".repeat(16));
    assertThat(client.post("1:1").body()).isEqualTo("ok");
  }

  @Test
  void tooLongPingEndsTheSession() throws IOException {
    EngineClient client = EngineClient.open(SERVER, THREE);
    assertThat(client.post("1001:2" + "x".repeat(1_000)).status()).isEqualTo(400);
    assertEnded(client);
  }

  @Test
  void largeResponseIsCompressedIfAccepted() throws IOException {
    EngineClient client = EngineClient.four(SERVER);
    String large = "4" + "abc".repeat(1_000);
    client.post(large);
    try (RawHttp http = SERVER.connect()) {
      RawHttp.Answer answer = http.get(client.url(), "Accept-Encoding: br, gzip");
      assertThat(answer.header("Content-Encoding")).isEqualTo("gzip");
      byte[] bytes = http.bytes(Integer.parseInt(answer.header("Content-Length")));
      GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(bytes));
      assertThat(new String(plain.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(large);
      client.post(large);
      answer = http.get(client.url(), "Accept-Encoding: gzip;q=0");
      assertThat(answer.header("Content-Encoding")).isNull();
      assertThat(answer.body()).isEqualTo(large);
      client.post("4small");
      answer = http.get(client.url(), "Accept-Encoding: gzip");
      assertThat(answer.header("Content-Encoding")).isNull();
      assertThat(answer.body()).isEqualTo("4small");
    }
    client.close();
  }

  @Test
  void tooManySessionsOfAnAddressAreRefused() throws IOException {
    String few = "/few/?EIO=4&transport=polling";
    EngineClient one = EngineClient.open(SERVER, few);
    EngineClient two = EngineClient.open(SERVER, few);
    assertThat(ask(SERVER, "GET", few, null).status()).isEqualTo(503);
    one.close();
    EngineClient three = EngineClient.open(SERVER, few);
    two.close();
    three.close();
  }

  @Test
  void abortedPollLosesNoPacket() throws IOException {
    EngineClient client = EngineClient.four(SERVER);
    client.post("4one");
    try (RawHttp unread = SERVER.connect()) {
      unread.send("GET", client.url(), null);
      Polls.firstAnswered(unread);
      unread.reset();
    }
    assertThat(client.poll().body()).isEqualTo("4one");
    client.close();
  }
}
