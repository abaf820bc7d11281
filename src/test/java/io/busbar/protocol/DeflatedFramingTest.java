package io.busbar.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of messages that are compressed for many clients at once, and of their labels. */
final class DeflatedFramingTest {
  private static final int THRESHOLD = 200;
  private static final int MOST = 1 << 20;

  private final Random random = new Random(11);

  private static DeflatedFraming framing(int bits) {
    return DeflatedFraming.of(WebSocketFraming.INSTANCE, new MessageDeflater(6, bits), THRESHOLD);
  }

  /** Returns the message as a client reads it that keeps no earlier data. */
  private static byte[] read(EncodedMessage encoded) {
    return encoded.isCompressed()
        ? new MessageInflater(MOST, 0).inflate(encoded.bytes())
        : encoded.bytes();
  }

  /** Returns the bytes with a label in the slot, as the hub puts it there. */
  private static EncodedMessage labelled(EncodedMessage encoded, byte[] label) {
    byte[] bytes = encoded.bytes();
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(bytes, 0, encoded.slot());
    whole.writeBytes(label);
    whole.write(bytes, encoded.slot(), bytes.length - encoded.slot());
    return encoded.with(whole.toByteArray(), 0);
  }

  private byte[] words(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) ("price volume ".charAt(i % 13) + random.nextInt(2));
    }
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 9, 12, 15})
  void messagesOfAllSizesAroundThresholdsAreReadable(int bits) {
    DeflatedFraming framing = framing(bits);
    int window = 1 << bits;
    IntStream.of(THRESHOLD, window, 2 * window, 512, 65_536)
        .flatMap(middle -> IntStream.rangeClosed(middle - 3, middle + 3))
        .forEach(
            size -> {
              byte[] message = words(size);
              EncodedMessage encoded = framing.prepare(EncodedMessage.text(message));
              assertThat(read(encoded)).isEqualTo(message);
              assertThat(encoded.isCompressed()).as("%d bytes", size).isEqualTo(size >= THRESHOLD);
              assertThat(encoded.size()).isLessThanOrEqualTo(size);
            });
  }

  @Test
  void messageThatWouldGrowIsNotCompressed() {
    byte[] noise = new byte[5_000];
    random.nextBytes(noise);
    EncodedMessage encoded = framing(15).prepare(EncodedMessage.binary(noise));
    assertThat(encoded.isCompressed()).isFalse();
    assertThat(encoded.bytes()).isEqualTo(noise);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 15})
  void labelIsInsertedIntoCompressedData(int bits) {
    DeflatedFraming framing = framing(bits);
    for (int size : new int[] {0, 1, 50, THRESHOLD, 1_000, 70_000}) {
      for (int slot : new int[] {0, size / 3, size}) {
        for (int labelSize : new int[] {0, 1, 30, 65_535, 65_536, 140_000}) {
          byte[] message = words(size);
          byte[] label = words(labelSize);
          EncodedMessage prepared = framing.prepare(EncodedMessage.text(message).withSlot(slot));
          EncodedMessage plain = labelled(EncodedMessage.text(message).withSlot(slot), label);
          assertThat(read(labelled(prepared, framing.label(label))))
              .as("%d bytes, slot %d, label %d", size, slot, labelSize)
              .isEqualTo(plain.bytes());
          assertThat(read(prepared)).as("without a label").isEqualTo(message);
        }
      }
    }
  }

  @Test
  void eachPartOfAMessageIsCompressedSeparately() {
    EncodedMessage second = EncodedMessage.binary(words(900));
    EncodedMessage encoded = framing(15).prepare(EncodedMessage.text(words(300)).before(second));
    assertThat(encoded.isCompressed()).isTrue();
    assertThat(encoded.next().isBinary()).isTrue();
    assertThat(encoded.next().isCompressed()).isTrue();
    assertThat(read(encoded.next())).isEqualTo(second.bytes());
  }

  @Test
  void sameFramesAreCompressedOnce() {
    DeflatedFraming framing = framing(15);
    List<EncodedMessage> encodedMessages =
        List.of(
            EncodedMessage.text(words(5)),
            EncodedMessage.text(words(3_000)),
            EncodedMessage.binary(words(70_000)));
    byte[] frames = bytes(WebSocketFraming.INSTANCE, encodedMessages);
    byte[] expected = bytes(framing, encodedMessages.stream().map(framing::prepare).toList());
    assertThat(ByteBufUtil.getBytes(framing.deflate(frames))).isEqualTo(expected);
    byte[] few = bytes(WebSocketFraming.INSTANCE, encodedMessages.subList(0, 2));
    ByteBuf first = framing.deflate(few);
    for (int i = 0; i < 7; i++) {
      framing.deflate(
          bytes(WebSocketFraming.INSTANCE, List.of(EncodedMessage.text(words(300 + i)))));
    }
    ByteBuf again = framing.deflate(few.clone());
    assertThat(again.array()).as("the same bytes").isSameAs(first.array());
    assertThat(framing(9).deflate(few).array()).isNotSameAs(first.array());
  }

  private static byte[] bytes(Framing framing, List<EncodedMessage> prepared) {
    ByteBuf joined = framing.join(prepared);
    try {
      return ByteBufUtil.getBytes(joined);
    } finally {
      joined.release();
    }
  }

  @Test
  void onlyCompressedFramesHaveTheCompressionBit() {
    DeflatedFraming framing = framing(15);
    for (int size : new int[] {THRESHOLD - 1, THRESHOLD}) {
      for (boolean binary : new boolean[] {true, false}) {
        byte[] message = new byte[size];
        EncodedMessage encoded =
            binary ? EncodedMessage.binary(message) : EncodedMessage.text(message);
        int first = bytes(framing, List.of(framing.prepare(encoded)))[0] & 0xFF;
        assertThat(first).isEqualTo((binary ? 0x82 : 0x81) | (size < THRESHOLD ? 0 : 0x40));
      }
    }
  }

  @Test
  void compressionLevelsAreSeparateOnOneThread() {
    byte[] message = (Arrays.toString(words(20_000)) + "end").getBytes(UTF_8);
    MessageDeflater fast = new MessageDeflater(1, 15);
    MessageDeflater small = new MessageDeflater(9, 15);
    byte[] first = fast.deflate(message);
    byte[] second = small.deflate(message);
    assertThat(second).hasSizeLessThan(first.length);
    assertThat(fast.deflate(message)).isEqualTo(first);
    assertThat(small.deflate(message)).isEqualTo(second);
    for (byte[] deflated : List.of(first, second)) {
      assertThat(new MessageInflater(MOST, 0).inflate(deflated)).isEqualTo(message);
    }
  }
}
