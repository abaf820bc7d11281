package io.busbar.protocol.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.busbar.FuzzInput;
import io.busbar.protocol.ProtocolException;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Feeds random payloads, which must give packets or an error that names the broken rule. */
final class PayloadFuzz {
  private static final int MOST = 20;

  static Stream<byte[]> golden() {
    return Stream.of(
        golden(0, "4aé\uD83D\uDE00\u001ebAAH/+g==\u001e2probe\u001e6"),
        golden(1, "4:4é\uD83D\uDE0010:b4AAH/+g==1:6"),
        golden(2, "\0\2\u00ff4a\1\3\u00ff\4\0\u00ff"),
        golden(3, "d=4:4%22%5Cn1:6&x=1"));
  }

  private static byte[] golden(int choice, String payload) {
    boolean isBinary = choice == 2;
    return FuzzInput.written(
        choice,
        0,
        payload.getBytes(isBinary ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8));
  }

  @MethodSource("golden")
  @FuzzTest
  void payloadIsRefusedOrRoundTrips(byte[] data) {
    FuzzInput input = FuzzInput.of(data);
    int choice = input.choice() % 4;
    PayloadCodec codec =
        choice == 0
            ? EngineRevision.FOUR.uploads(false)
            : EngineRevision.THREE.uploads(choice == 2);
    Buffer body = Buffer.buffer(input.bytes());
    try {
      List<EnginePacket> packets = codec.decode(choice == 3 ? Jsonp.payload(body) : body, MOST);
      assertThat(packets).isNotEmpty().hasSizeLessThanOrEqualTo(MOST);
      Buffer again = PayloadCodecTest.joined(codec, packets);
      assertThat(codec.decode(again, MOST)).isEqualTo(packets);
    } catch (ProtocolException e) {
      assertThat(e.getMessage()).isNotBlank();
      assertThat(e.disconnect().code()).isIn(1002, 1007, 1009);
    }
  }
}
