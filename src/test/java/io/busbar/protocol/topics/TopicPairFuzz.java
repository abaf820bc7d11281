package io.busbar.protocol.topics;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Feeds random lines, which must give a pair or an error that names the broken rule. A topic with
 * an address must be restored from it.
 */
final class TopicPairFuzz {
  private static final TopicNames NAMES = new TopicNames("topics.");

  static Stream<byte[]> golden() {
    return Stream.of(
            "[\"clown.talk/-/config/set\", {}]",
            "[\"node/relay/i2c0-38/set\", {\"state\": true}]",
            "[\"node/thermometer/i2c0-49/temperature\", {\"value\": 21.5, \"a\": [null, 1e999]}]",
            "[\"a.b/*/#//\", -123456789012345678901234567890]",
            "[\"a\", {\"half \\ud83d\ufffd\": true}]",
            "[\"\\ud83d\", \"\\ud83d\\ude00\"] // and a comment")
        .map(message -> message.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("golden")
  @FuzzTest
  void lineIsDecodedOrRefusedWithARule(byte[] data) {
    try {
      TopicPair pair = TopicPair.parse(new String(data, StandardCharsets.UTF_8));
      String address = NAMES.address(pair.topic());
      assertThat(address).startsWith("topics.");
      assertThat(NAMES.topic(address)).isEqualTo(pair.topic());
      if (pair.payload().isFinite()) {
        // Jackson rejects half a surrogate pair in a name of a byte input, but not in text.
        String written =
            new String(
                TopicPair.write(pair.topic(), pair.payload()).bytes(), StandardCharsets.UTF_8);
        assertThat(((JsonArray) Json.decodeValue(written)).getValue(1))
            .isEqualTo(new JsonArray().add(pair.payload().body()).getValue(0));
      }
    } catch (TopicsException e) {
      assertThat(e.getMessage()).startsWith("a ");
    }
  }
}
