package io.busbar.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.busbar.FuzzInput;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A fuzzer: arbitrary bytes give messages, or the sentence of the broken rule. */
final class LengthDecoderFuzz {
  private static final int MOST = 256;
  private static final int HEAD = 4;

  static Stream<byte[]> golden() {
    return Stream.of(0, 100, 255).map(cut -> FuzzInput.written(0, cut, LengthDecoderTest.golden()));
  }

  @MethodSource("golden")
  @FuzzTest
  void messagesAreTheSameInOnePieceAndInTwo(byte[] data) {
    FuzzInput input = FuzzInput.of(data);
    assertThat(decoded(input.pieces())).isEqualTo(decoded(input.bytes()));
  }

  private static String decoded(byte[]... pieces) {
    StringBuilder output = new StringBuilder();
    LengthDecoder decoder =
        new LengthDecoder(
            MOST,
            message -> {
              assertThat(message.length).isLessThanOrEqualTo(MOST);
              output.append(new String(message, StandardCharsets.ISO_8859_1)).append('|');
            });
    try {
      for (byte[] piece : pieces) {
        decoder.decode(piece);
        assertThat(decoder.heldBytes()).isLessThanOrEqualTo(HEAD + 2 * MOST);
      }
    } catch (ProtocolException e) {
      output.append(e.getMessage());
    }
    return output.toString();
  }
}
