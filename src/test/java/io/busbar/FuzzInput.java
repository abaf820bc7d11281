package io.busbar;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Input of a fuzzer: a choice, a place to cut, and the bytes for a decoder.
 *
 * @param choice 0 to 255
 * @param cut the place of the cut as a part of the bytes, in 255ths: 0 to 255
 * @param bytes the bytes for the decoder
 */
public record FuzzInput(int choice, int cut, byte[] bytes) {
  private static final int HEAD = 2;

  public static FuzzInput of(byte[] data) {
    byte[] padded = data.length < HEAD ? Arrays.copyOf(data, HEAD) : data;
    byte[] bytes = Arrays.copyOfRange(padded, HEAD, padded.length);
    return new FuzzInput(padded[0] & 0xFF, padded[1] & 0xFF, bytes);
  }

  /** Returns the input from which {@link #of} reads these. */
  public static byte[] written(int choice, int cut, byte[] bytes) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    data.write(choice);
    data.write(cut);
    data.writeBytes(bytes);
    return data.toByteArray();
  }

  /** The bytes in two pieces, either of which may be empty. */
  public byte[][] pieces() {
    int at = (int) ((long) bytes.length * cut / 255);
    return new byte[][] {
      Arrays.copyOfRange(bytes, 0, at), Arrays.copyOfRange(bytes, at, bytes.length)
    };
  }
}
