package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Feeds random messages, which must give an event or an error that names the broken rule. No random
 * signature may be valid. Messages are complete before they are decoded.
 */
final class PusherDecoderFuzz {
  private static final Signatures SIGNATURES = new Signatures("key", "secret");

  static Stream<byte[]> golden() {
    return Stream.of(
            "{\"event\":\"pusher:ping\",\"data\":{}}",
            "{\"event\":\"pusher:subscribe\",\"data\":{\"auth\":\"key:00\",\"channel\":\"private-a\"}}",
            "{\"event\":\"pusher:subscribe\",\"data\":\"{\\\"channel\\\":\\\"cache-a\\\"}\"}",
            "{\"event\":\"client-a\",\"channel\":\"presence-a\",\"data\": [ 1.0, {\"a\":1e999} ] }",
            "{\"event\":\"client-a\",\"channel\":\"private-a\",\"data\":-0.5e-3}",
            "{\"event\":\"pusher:signin\",\"data\":{\"auth\":\"\",\"user_data\":\"{\\\"id\\\":\\\"1\\\"}\"}}",
            "{\"event\":\"\\u00e4\\ud83d\\ude00\",\"data\":null,\"more\":[{}]}")
        .map(message -> message.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("golden")
  @FuzzTest
  void messageIsDecodedOrTheBrokenRuleIsNamed(byte[] bytes) {
    try {
      PusherMessage message = PusherDecoder.decode(Utf8.decode(bytes));
      assertThat(message.event()).hasSizeBetween(1, 200);
      if (message.data() != null) {
        assertSameOnTheBus(message.data());
        assertNotSigned(message.data());
      }
      if (message.channel() != null) {
        ChannelName.of(message.channel());
      }
      message.object();
    } catch (PusherException e) {
      assertThat(e.code()).isEqualTo(4200);
      assertThat(e.getMessage()).isNotBlank();
    } catch (ProtocolException e) {
      assertThat(e.disconnect().code()).isEqualTo(1007);
    }
  }

  private static void assertSameOnTheBus(String data) {
    PusherEvent event = PusherEvent.of("name", data, null, null);
    assertThat(EventData.text(event.payload(), event.headers())).isEqualTo(data);
  }

  private static void assertNotSigned(String data) {
    assertThat(SIGNATURES.letIn(data, "1.2", "private-a", data)).isFalse();
    PusherUser.ofChannel(data);
    PusherUser.ofConnection(data);
  }
}
