package io.busbar.protocol.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.hub.EncodedMessage;
import io.busbar.protocol.engineio.EnginePacket.Type;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random packets are decoded as they were encoded; {@code -Dbusbar.seed=N} makes others. */
class PayloadRoundTripTest {
  private static final long SEED = Long.getLong("busbar.seed", 20_261_129);
  private static final int TIMES = 2_000;
  private static final int MOST = 8;
  private static final String CHARACTERS = "aZ09:;b \n\\\"é\u2028雪\uFFFD\uFEFF\u007f\u0000";

  private final Random random = new Random(SEED);

  private EnginePacket packet() {
    if (random.nextInt(3) == 0) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      return EnginePacket.message(Buffer.buffer(bytes));
    }
    Type[] types = Type.values();
    return EnginePacket.of(types[random.nextInt(types.length)], text());
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      if (random.nextInt(6) == 0) {
        text.appendCodePoint(0x1F600 + random.nextInt(40));
      } else {
        text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
      }
    }
    return text.toString();
  }

  private List<EnginePacket> packets() {
    List<EnginePacket> packets = new ArrayList<>();
    for (int i = random.nextInt(MOST) + 1; i > 0; i--) {
      packets.add(packet());
    }
    return packets;
  }

  @Test
  void everyPayloadIsDecodedAsItWasEncoded() {
    for (int i = 0; i < TIMES; i++) {
      List<EnginePacket> packets = packets();
      for (EngineRevision revision : EngineRevision.values()) {
        for (boolean base64 : new boolean[] {true, false}) {
          PayloadCodec codec = revision.answers(base64);
          Buffer payload = PayloadCodecTest.joined(codec, packets);
          assertThat(codec.decode(payload, MOST)).as("busbar.seed=%d", SEED).isEqualTo(packets);
        }
      }
    }
  }

  @Test
  void everyFrameIsDecodedAsItWasEncoded() {
    for (int i = 0; i < TIMES; i++) {
      EnginePacket packet = packet();
      for (EngineRevision revision : EngineRevision.values()) {
        for (EncodedMessage frame :
            List.of(revision.encode(packet), revision.encodeAsText(packet))) {
          assertThat(decoded(revision, frame)).as("busbar.seed=%d", SEED).isEqualTo(packet);
        }
      }
    }
  }

  private static EnginePacket decoded(EngineRevision revision, EncodedMessage frame) {
    return frame.isBinary()
        ? revision.decode(Buffer.buffer(frame.bytes()))
        : revision.decode(new String(frame.bytes(), StandardCharsets.UTF_8));
  }
}
