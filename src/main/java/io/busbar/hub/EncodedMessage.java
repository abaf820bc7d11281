package io.busbar.hub;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One message as a kind of client reads it: immutable bytes, shared by all receivers. A wire may
 * have a slot, where each subscription's own label goes (a line that names it).
 */
public final class EncodedMessage {
  private static final int NO_SLOT = -1;

  private final byte[] bytes;
  private final int slot;
  private final boolean binary;
  private final boolean compressed;

  /** What belongs to the same message and follows at once; null for nothing. */
  private final @Nullable EncodedMessage next;

  private EncodedMessage(
      byte[] bytes, int slot, boolean binary, boolean compressed, @Nullable EncodedMessage next) {
    this.bytes = bytes;
    this.slot = slot;
    this.binary = binary;
    this.compressed = compressed;
    this.next = next;
  }

  /** Text, as UTF-8. */
  public static EncodedMessage text(byte[] utf8) {
    return new EncodedMessage(utf8, NO_SLOT, false, false, null);
  }

  /** Text. */
  public static EncodedMessage text(String text) {
    return text(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Bytes that need not be text. */
  public static EncodedMessage binary(byte[] bytes) {
    return new EncodedMessage(bytes, NO_SLOT, true, false, null);
  }

  /** The same wire with a slot before the byte at {@code position}. */
  public EncodedMessage withSlot(int position) {
    return new EncodedMessage(bytes, position, binary, compressed, next);
  }

  /** The same kind of wire with other bytes and the slot, if there is one, moved. */
  public EncodedMessage with(byte[] otherBytes, int otherSlot) {
    return new EncodedMessage(
        otherBytes, hasSlot() ? otherSlot : NO_SLOT, binary, compressed, next);
  }

  /** The same wire with bytes that its framing has compressed, and the slot, if there is one. */
  public EncodedMessage compressed(byte[] fewerBytes, int otherSlot) {
    return new EncodedMessage(fewerBytes, hasSlot() ? otherSlot : NO_SLOT, binary, true, next);
  }

  /** The wire with {@code label} in its slot; itself where there is no slot or no label. */
  EncodedMessage labelled(byte @Nullable [] label) {
    if (!hasSlot() || label == null) {
      return this;
    }
    byte[] whole = new byte[bytes.length + label.length];
    System.arraycopy(bytes, 0, whole, 0, slot);
    System.arraycopy(label, 0, whole, slot, label.length);
    System.arraycopy(bytes, slot, whole, slot + label.length, bytes.length - slot);
    return new EncodedMessage(whole, NO_SLOT, binary, compressed, next);
  }

  /** The same wire with another that belongs to the same message behind it; null for none. */
  public @Nullable EncodedMessage before(EncodedMessage follower) {
    return new EncodedMessage(bytes, slot, binary, compressed, follower);
  }

  /** What follows at once; null for nothing. Most framings have nothing that follows. */
  public @Nullable EncodedMessage next() {
    return next;
  }

  public boolean hasSlot() {
    return slot != NO_SLOT;
  }

  public int slot() {
    return slot;
  }

  /** The bytes themselves: to be read only. */
  public byte[] bytes() {
    return bytes;
  }

  /** Bytes of it and of all that follows. */
  public int size() {
    return next == null ? bytes.length : bytes.length + next.size();
  }

  public boolean isBinary() {
    return binary;
  }

  /** Whether its framing has compressed it, and has to say so. */
  public boolean isCompressed() {
    return compressed;
  }
}
