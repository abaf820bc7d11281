package io.busbar;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * The input of a fuzzer: a choice, a place to cut, and the bytes for a decoder.
 *
 * @param choice 0 to 255
 * @param cut 0 to 255: the cut is after cut/255 of the bytes
 */
public record FuzzInput(int choice, int cut, byte[] bytes) {
  private static final int HEAD = 2;

  public static FuzzInput of(byte[] data) {
    byte[] padded = data.length < HEAD ? Arrays.copyOf(data, HEAD) : data;
    byte[] bytes = Arrays.copyOfRange(padded, HEAD, padded.length);
    return new FuzzInput(padded[0] & 0xFF, padded[1] & 0xFF, bytes);
  }

  /** The input that {@link #of} reads as these values. */
  public static byte[] written(int choice, int cut, byte[] bytes) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    data.write(choice);
    data.write(cut);
    data.writeBytes(bytes);
    return data.toByteArray();
  }

  /** The bytes in two pieces; each may be empty. */
  public byte[][] pieces() {
    int at = (int) ((long) bytes.length * cut / 255);
    return new byte[][] {
      Arrays.copyOfRange(bytes, 0, at), Arrays.copyOfRange(bytes, at, bytes.length)
    };
  }
}
