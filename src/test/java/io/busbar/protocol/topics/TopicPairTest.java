package io.busbar.protocol.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.hub.Payload;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pairs of the topic bus as text. */
final class TopicPairTest {
  private static String written(String topic, Payload payload) {
    return new String(TopicPair.write(topic, payload).bytes(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"a/b\",{\"value\":21.5}]",
        "[\"a\",null]",
        "[\"\\\"\\\\ä\",\"text\"]",
        "[\"a\",[1,[],{}]]",
        "[\"a\",true]",
        "[\"\",-0.5]"
      })
  void pairIsWrittenAsItWasRead(String text) throws Exception {
    TopicPair pair = TopicPair.parse(text);
    assertThat(new JsonArray(written(pair.topic(), pair.payload()))).isEqualTo(new JsonArray(text));
  }

  @Test
  void whitespaceIsIgnored() throws Exception {
    TopicPair pair = TopicPair.parse(" [ \"a/b\" , {} ]\t");
    assertThat(pair.topic()).isEqualTo("a/b");
    assertThat(pair.payload().body()).isEqualTo(new JsonObject());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[\"a\"]",
        "[\"a\",1,2]",
        "[\"a\",{},{}]",
        "[1,{}]",
        "[null,{}]",
        "[[\"a\"],{}]",
        "[{\"a\":1},2]"
      })
  void arrayThatIsNotAPairIsRefused(String text) {
    assertThatThrownBy(() -> TopicPair.parse(text))
        .isInstanceOf(TopicsException.class)
        .hasMessage("a pair is [topic, payload], and the topic a string");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "null", "7", "\"a\"", "a", "[\"a\",", "[\"a\",{}]x", "[\"a\",{}][]", "\0"})
  void textThatIsNotAnArrayIsRefused(String text) {
    assertThatThrownBy(() -> TopicPair.parse(text))
        .isInstanceOf(TopicsException.class)
        .hasMessage("a line is a pair in JSON: [topic, payload]");
  }

  @Test
  void bytesAreWrittenAsBase64() {
    Buffer bytes = Buffer.buffer(new byte[] {-1, -17, 0});
    assertThat(written("a", Payload.bytes(bytes))).isEqualTo("[\"a\",\"_-8A\"]");
  }
}
