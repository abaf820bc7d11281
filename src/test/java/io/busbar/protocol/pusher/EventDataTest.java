package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.hub.Payload;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The data of events between text and JSON. */
final class EventDataTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"some\":\"data\"}",
        "{ \"some\" : \"data\" }",
        "{\"b\":1,\"a\":2,\"b\":3}",
        "\"quoted\"",
        "plain",
        "",
        " ",
        "null",
        "true",
        "5",
        "5.0",
        "1e3",
        "1e999",
        "123456789012345678901234567890",
        "[1,2]",
        "[1, 2]",
        "\"\\ud800\"",
        "{\"a\":\"\\u00e4\"}",
        "ä\u2028😀",
        "{\"nonce\":\"4sVYwy\",\"ciphertext\":\"/x+=\"}"
      })
  void textIsPreservedByteForByte(String data) {
    PusherEvent event = PusherEvent.of("foo", data, null, null);
    assertThat(EventData.text(event.payload(), event.headers())).isEqualTo(data);
    Payload overTheBus = Payload.ofBody(event.payload().body());
    assertThat(EventData.text(overTheBus, event.headers())).isEqualTo(data);
  }

  @Test
  void busMessageHasTheJsonValue() {
    assertThat(body("{ \"a\": [1] }")).isEqualTo(new JsonObject().put("a", new JsonArray().add(1)));
    assertThat(body("\"quoted\"")).isEqualTo("quoted");
    assertThat(body("plain")).isEqualTo("plain");
    assertThat(body("5")).isEqualTo(5);
    assertThat(body("null")).isNull();
  }

  @Test
  void jsonThatNoMessageCanHoldStaysText() {
    assertThat(body("1e999")).isEqualTo("1e999");
    assertThat(body("[".repeat(1000) + "]".repeat(1000))).isInstanceOf(String.class);
  }

  @Test
  void originalTextIsAHeaderOnlyIfItDiffers() {
    assertThat(PusherEvent.of("foo", "{\"a\":1}", null, null).headers().names())
        .containsExactly("name");
    assertThat(PusherEvent.of("foo", "{\"a\": 1}", null, null).headers().names())
        .containsExactlyInAnyOrder("name", "busbar-data");
  }

  @Test
  void bytesAreWrittenAsBase64() {
    Payload bytes = Payload.bytes(Buffer.buffer(new byte[] {(byte) 0xff, (byte) 0xfe}));
    assertThat(EventData.text(bytes, MultiMap.caseInsensitiveMultiMap())).isEqualTo("__4");
  }

  private static Object body(String data) {
    return EventData.payload(data).body();
  }
}
