package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.busbar.FuzzInput;
import io.busbar.protocol.ProtocolException;
import io.vertx.ext.stomp.Frame;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Feeds random bytes, which must give frames or an error that names the broken rule. */
final class StompDecoderFuzz {
  private static final StompLimits LIMITS = new StompLimits(10, 64, 256);
  private static final int MOST_KEPT = 512;

  static Stream<byte[]> golden() {
    byte[] frames = StompDecoderTest.GOLDEN.getBytes(StandardCharsets.UTF_8);
    return IntStream.rangeClosed(0, StompVersion.values().length)
        .mapToObj(choice -> FuzzInput.written(choice, 100, frames));
  }

  @MethodSource("golden")
  @FuzzTest
  void framesAreTheSameInOnePieceAndInTwo(byte[] data) {
    FuzzInput input = FuzzInput.of(data);
    assertThat(decoded(input.choice(), input.pieces()))
        .isEqualTo(decoded(input.choice(), input.bytes()));
  }

  private static String decoded(int choice, byte[]... pieces) {
    StringBuilder output = new StringBuilder();
    StompDecoder decoder = new StompDecoder(LIMITS, frame -> output.append(shown(frame)));
    int version = choice % (StompVersion.values().length + 1);
    decoder.version(version == 0 ? null : StompVersion.values()[version - 1]);
    try {
      for (byte[] piece : pieces) {
        decoder.decode(piece);
        assertThat(decoder.keptBytes()).isLessThanOrEqualTo(MOST_KEPT);
      }
    } catch (ProtocolException e) {
      output.append(e.getMessage()).append(decoder.headersSoFar());
    }
    return output.toString();
  }

  private static String shown(Frame frame) {
    byte[] body = frame.getBody() == null ? new byte[0] : frame.getBodyAsByteArray();
    assertThat(body.length).isLessThanOrEqualTo(LIMITS.bodySize());
    return frame.getCommand()
        + frame.getHeaders().toString()
        + new String(body, StandardCharsets.ISO_8859_1)
        + '|';
  }
}
