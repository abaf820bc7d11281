package io.busbar.protocol.route;

import static io.busbar.protocol.route.RouteGateway.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.route.RouteGateway.Received;
import io.busbar.protocol.session.RawHttp;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a feature that answers HTTP gets of a body, and which bodies are refused. */
final class RouteBodyTest {
  private static RouteGateway gateway;

  @BeforeAll
  static void start() {
    gateway = new RouteGateway();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":[1,null]} | application/json                  | JsonObject | {"a":[1,null]}
          [1]            | application/json; charset=utf-8   | JsonArray  | [1]
          {"a":1}        | Application/Problem+JSON          | JsonObject | {"a":1}
          7              | application/json                  | Integer    | 7
          "x"            | application/json                  | String     | "x"
          null           | application/json                  | null       | null
          Grüße          | text/plain                        | String     | "Grüße"
          hi             | text/plain; charset="UTF-8"       | String     | "hi"
          a=1&b=2        | application/x-www-form-urlencoded | String     | "a=1&b=2"
          {"a":1}        | application/octet-stream          | BufferImpl | 7
          {"a":1}        |                                   | BufferImpl | 7
          ``             | application/json                  | null       | null
          """)
  void bodyIsConvertedByItsContentType(String body, String type, String onBus, String value)
      throws Exception {
    Received received =
        type == null
            ? gateway.post("/seen", body)
            : gateway.post("/seen", body, "Content-Type: " + type);
    assertThat(received.status()).isEqualTo(200);
    assertThat(received.json().getString("type")).isEqualTo(onBus);
    assertThat(received.body()).contains("\"body\":" + value + "}");
    assertThat(received.jsonBody().get("content-type")).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a":     | application/json           | 400 | the body is not JSON
          [1] [2]   | application/json           | 400 | the body is not JSON
          [1e999]   | application/json           | 400 | body has a number that no message can hold
          hi        | text/plain; charset=latin1 | 415 | text is UTF-8
          """)
  void bodyThatDoesNotMatchItsTypeIsRefused(String body, String type, int status, String words)
      throws Exception {
    Received received = gateway.post("/seen", body, "Content-Type: " + type);
    assertThat(received.status()).isEqualTo(status);
    assertThat(received.json()).isEqualTo(new JsonObject().put("error", words));
  }

  @Test
  void compressedBodyIsRefused() throws Exception {
    assertThat(gateway.post("/seen", "x", JSON, "Content-Encoding: gzip").status()).isEqualTo(415);
  }

  @Test
  void textThatIsNotUtf8IsRefused() throws Exception {
    try (RawHttp http = gateway.connect()) {
      String head =
          "POST /seen HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: 1";
      http.raw((head + "\r\n\r\n\u00ff").getBytes(StandardCharsets.ISO_8859_1));
      assertThat(http.answer().status()).isEqualTo(400);
    }
  }

  @Test
  void tooLargeBodyIsRefusedWithOrWithoutALength() throws Exception {
    assertThat(gateway.post("/small", "x".repeat(16)).status()).isEqualTo(200);
    assertThat(gateway.post("/small", "x".repeat(17)).status()).isEqualTo(413);
    try (RawHttp http = gateway.connect()) {
      http.send("POST", "/small", null, "Transfer-Encoding: chunked");
      http.raw(("11\r\n" + "x".repeat(17) + "\r\n0\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      assertThat(http.answer().status()).isEqualTo(413);
    }
  }

  @Test
  void incompleteBodyTimesOut() throws Exception {
    try (RawHttp http = gateway.connect()) {
      http.send("POST", "/seen", null, "Content-Length: 1000", JSON);
      http.raw("[1,".getBytes(StandardCharsets.UTF_8));
      assertThat(http.answer().status()).isEqualTo(408);
    }
  }

  @Test
  void documentedExampleWorks() throws Exception {
    assertThat(gateway.get("/notes").body()).isEqualTo("[]");
    assertThat(gateway.post("/notes", "milk", "Content-Type: text/plain").status()).isEqualTo(201);
    assertThat(gateway.get("/notes").body()).isEqualTo("[\"milk\"]");
    Received refused = gateway.post("/notes", "{}", JSON);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().getString("error")).isEqualTo("a note is text");
    String source =
        Files.readString(Path.of("src/test/java/io/busbar/protocol/route/NotesVerticle.java"));
    assertThat(Files.readString(Path.of("src/site/markdown/features.md")))
        .contains(source.substring(source.indexOf("public final class")));
  }
}
