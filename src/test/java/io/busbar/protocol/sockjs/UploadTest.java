package io.busbar.protocol.sockjs;

import static io.busbar.protocol.sockjs.SockJsServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.session.RawHttp;
import io.busbar.protocol.sockjs.SockJsServer.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bodies that are too large, too slow, or malformed. */
class UploadTest {
  @RegisterExtension static final SockJsServer SERVER = new SockJsServer();

  private static final int MOST = 16 * SockJsServer.MAX_MESSAGE;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String open() throws IOException {
    String url = fresh("/wide");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("o\n");
    return url;
  }

  @Test
  void largestBodyIsAccepted() throws IOException {
    String url = open();
    String largest = "[\"x\"" + " ".repeat(MOST - 5) + "]";
    assertThat(largest).hasSize(MOST);
    assertThat(SERVER.post(url + "/xhr_send", largest).status()).isEqualTo(204);
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("a[\"x\"]\n");
  }

  @Test
  void tooLargeMessageEndsTheSession() throws IOException {
    String url = open();
    String largest = "ä".repeat(SockJsServer.MAX_MESSAGE / 2);
    assertThat(SERVER.post(url + "/xhr_send", "[\"" + largest + "\"]").status()).isEqualTo(204);
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("a[\"" + largest + "\"]\n");
    assertThat(SERVER.post(url + "/xhr_send", "[\"" + largest + "x\"]").status()).isEqualTo(204);
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("c[1009,\"message is too big\"]\n");
  }

  @Test
  void tooLargeBodyIsRefusedAndTheConnectionStaysOpen() throws IOException {
    String url = open();
    try (RawHttp http = SERVER.connect()) {
      RawHttp.Answer answer = http.post(url + "/xhr_send", " ".repeat(MOST + 1));
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.body()).isEqualTo("At most " + MOST + " bytes are taken.\n");
      assertThat(http.post(url + "/xhr_send", "[\"a\"]").status()).isEqualTo(204);
    }
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("a[\"a\"]\n");
  }

  @Test
  void tooLargeChunkedBodyIsRefused() throws IOException {
    String url = open();
    try (RawHttp http = SERVER.connect()) {
      http.raw(
          ascii(
              "POST "
                  + url
                  + "/xhr_send HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
      for (int sent = 0; sent <= MOST; sent += 0x8000) {
        http.raw(ascii("8000\r\n" + "x".repeat(0x8000) + "\r\n"));
      }
      assertThat(http.answer().status()).isEqualTo(413);
    }
  }

  @Test
  void bodyThatNeverEndsTimesOut() throws IOException {
    String url = open();
    try (RawHttp http = SERVER.connect()) {
      http.raw(
          ascii("POST " + url + "/xhr_send HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n[\"a"));
      RawHttp.Answer answer = http.answer();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.body()).isEqualTo("The body took too long.\n");
      assertThat(http.isAtEnd()).isTrue();
    }
  }

  @Test
  void refusedBodyThatNeverEndsIsCutOff() throws IOException {
    try (RawHttp http = SERVER.connect()) {
      http.raw(
          ascii("POST /wide/0/none/xhr_send HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n["));
      assertThat(http.answer().status()).isEqualTo(404);
      assertThat(http.isAtEnd()).isTrue();
    }
  }

  @Test
  void pollMayHaveABody() throws IOException {
    String url = fresh("/wide");
    try (RawHttp http = SERVER.connect()) {
      assertThat(http.post(url + "/xhr", "who cares").body()).isEqualTo("o\n");
      assertThat(http.post(url + "/xhr_send", "[\"a\"]").status()).isEqualTo(204);
      assertThat(http.post(url + "/xhr", "who cares").body()).isEqualTo("a[\"a\"]\n");
    }
  }

  @Test
  void bodyMayArriveByteByByte() throws IOException {
    String url = open();
    try (RawHttp http = SERVER.connect()) {
      String whole =
          "POST " + url + "/xhr_send HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n[\"äbc\"]";
      for (byte next : whole.getBytes(StandardCharsets.UTF_8)) {
        http.raw(new byte[] {next});
      }
      assertThat(http.answer().status()).isEqualTo(204);
    }
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("a[\"äbc\"]\n");
  }

  /** Random input gets an error of the specification at once. */
  @Test
  void randomBodiesCauseOnlySpecifiedErrors() throws IOException {
    String url = open();
    Random random = new Random(7);
    String alphabet = "[]{}\"\\,:u0a1 \n\t\u0001ä雪";
    try (RawHttp http = SERVER.connect()) {
      for (int round = 0; round < 1_000; round++) {
        // A session without a receiver lives for two seconds only.
        url = round % 20 == 0 ? open() : url;
        StringBuilder body = new StringBuilder();
        int length = random.nextInt(12);
        for (int i = 0; i < length; i++) {
          body.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        RawHttp.Answer answer = http.post(url + "/xhr_send", body.toString());
        String said = answer.body();
        assertThat(answer.status()).as(body.toString()).isIn(204, 500);
        if (answer.status() == 500) {
          assertThat(said).isIn("Broken JSON encoding.", "Payload expected.");
        }
      }
    }
    Reply alive = SERVER.post(url + "/xhr_send", "[]");
    assertThat(alive.status()).isEqualTo(204);
  }
}
