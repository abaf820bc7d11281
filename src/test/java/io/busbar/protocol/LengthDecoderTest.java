package io.busbar.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.hub.Disconnect;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the decoder of messages with a length. */
final class LengthDecoderTest {
  private static final int MOST = 1000;
  private static final List<String> SAID = List.of("{\"a\":1}", "", "x", "ö".repeat(400), "last");

  private final List<String> received = new ArrayList<>();
  private final LengthDecoder decoder =
      new LengthDecoder(MOST, message -> received.add(text(message)));

  private static String text(byte[] message) {
    return new String(message, StandardCharsets.UTF_8);
  }

  private static byte[] written(List<String> messages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String message : messages) {
      byte[] utf8 = message.getBytes(StandardCharsets.UTF_8);
      out.writeBytes(head(utf8.length));
      out.writeBytes(utf8);
    }
    return out.toByteArray();
  }

  private static byte[] head(int length) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
  }

  /** Returns the first input of {@link LengthDecoderFuzz}. */
  static byte[] golden() {
    return written(List.of("{}", "", "a"));
  }

  @Test
  void messagesAreTheSameSplitAtEveryPosition() {
    byte[] all = written(SAID);
    for (int split = 0; split <= all.length; split++) {
      received.clear();
      decoder.decode(Arrays.copyOfRange(all, 0, split));
      decoder.decode(Arrays.copyOfRange(all, split, all.length));
      assertThat(received).as("split at " + split).isEqualTo(SAID);
      assertThat(decoder.heldBytes()).isZero();
    }
  }

  @Test
  void messagesAreTheSameByteByByte() {
    for (byte octet : written(SAID)) {
      decoder.decode(new byte[] {octet});
    }
    assertThat(received).isEqualTo(SAID);
  }

  @Test
  void bytesOfAnIncompleteMessageAreCounted() {
    decoder.decode(new byte[] {0, 0, 3});
    assertThat(decoder.heldBytes()).isEqualTo(3);
    decoder.decode(new byte[] {(byte) 0xE8});
    assertThat(decoder.heldBytes()).isEqualTo(4);
    decoder.decode(new byte[10]);
    assertThat(decoder.cameBytes()).isEqualTo(14);
    assertThat(decoder.heldBytes()).isEqualTo(4 + 512);
    decoder.decode(new byte[989]);
    assertThat(decoder.heldBytes()).isEqualTo(4 + 1000);
    decoder.decode(new byte[1]);
    assertThat(decoder.heldBytes()).isZero();
    assertThat(decoder.cameBytes()).isZero();
    assertThat(received).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {MOST + 1, 1 << 24, Integer.MAX_VALUE})
  void lengthBeyondTheLimitIsRefusedBeforeBuffering(int length) {
    assertThatThrownBy(() -> decoder.decode(head(length)))
        .isInstanceOfSatisfying(
            ProtocolException.class,
            e -> assertThat(e.disconnect().code()).isEqualTo(Disconnect.TOO_BIG.code()))
        .hasMessage("a message is larger than 1000 bytes");
    assertThat(decoder.heldBytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE})
  void negativeLengthIsRefused(int length) {
    assertThatThrownBy(() -> decoder.decode(head(length)))
        .isInstanceOfSatisfying(
            ProtocolException.class,
            e -> assertThat(e.disconnect().code()).isEqualTo(Disconnect.PROTOCOL_ERROR.code()))
        .hasMessage("a length is not negative");
  }

  @Test
  void onlyMessagesBeforeAnInvalidLengthAreDecoded() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(written(List.of("before")));
    all.writeBytes(head(-1));
    all.writeBytes(written(List.of("after")));
    assertThatThrownBy(() -> decoder.decode(all.toByteArray()))
        .isInstanceOf(ProtocolException.class);
    decoder.decode(written(List.of("later")));
    assertThat(received).containsExactly("before");
  }
}
