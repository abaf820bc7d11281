package io.busbar.hub;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One message in the form that a kind of client reads: bytes that all receivers share. It may have
 * a slot for the label of each subscription, for example a line that names it. Immutable.
 */
public final class EncodedMessage {
  private static final int NO_SLOT = -1;

  private final byte[] bytes;
  private final int slot;
  private final boolean binary;
  private final boolean compressed;

  /** The part of the same message that follows at once; null for none. */
  private final @Nullable EncodedMessage next;

  private EncodedMessage(
      byte[] bytes, int slot, boolean binary, boolean compressed, @Nullable EncodedMessage next) {
    this.bytes = bytes;
    this.slot = slot;
    this.binary = binary;
    this.compressed = compressed;
    this.next = next;
  }

  /**
   * Returns a text message.
   *
   * @param utf8 the text as UTF-8
   */
  public static EncodedMessage text(byte[] utf8) {
    return new EncodedMessage(utf8, NO_SLOT, false, false, null);
  }

  /** Returns a text message. */
  public static EncodedMessage text(String text) {
    return text(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a message of bytes that need not be text. */
  public static EncodedMessage binary(byte[] bytes) {
    return new EncodedMessage(bytes, NO_SLOT, true, false, null);
  }

  /** Returns the same message with a slot before the byte at {@code position}. */
  public EncodedMessage withSlot(int position) {
    return new EncodedMessage(bytes, position, binary, compressed, next);
  }

  /** Returns the same kind of message with other bytes, and the slot, if any, at another place. */
  public EncodedMessage with(byte[] otherBytes, int otherSlot) {
    return new EncodedMessage(
        otherBytes, hasSlot() ? otherSlot : NO_SLOT, binary, compressed, next);
  }

  /**
   * Returns the same message with the bytes that its framing has compressed, and the slot, if any,
   * at another place.
   */
  public EncodedMessage compressed(byte[] fewerBytes, int otherSlot) {
    return new EncodedMessage(fewerBytes, hasSlot() ? otherSlot : NO_SLOT, binary, true, next);
  }

  /**
   * Returns the message with {@code label} in its slot; itself where there is no slot or no label.
   */
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

  /**
   * Returns the same message with a part that follows it.
   *
   * @param follower null for none
   */
  public EncodedMessage before(@Nullable EncodedMessage follower) {
    return new EncodedMessage(bytes, slot, binary, compressed, follower);
  }

  /** Returns the part that follows at once; null for none. Most framings have none. */
  public @Nullable EncodedMessage next() {
    return next;
  }

  public boolean hasSlot() {
    return slot != NO_SLOT;
  }

  public int slot() {
    return slot;
  }

  /** Returns the bytes themselves, which the caller must not change. */
  public byte[] bytes() {
    return bytes;
  }

  /** Returns the size in bytes, together with all parts that follow. */
  public int size() {
    return next == null ? bytes.length : bytes.length + next.size();
  }

  public boolean isBinary() {
    return binary;
  }

  /** Returns whether its framing has compressed it, and has to mark it so. */
  public boolean isCompressed() {
    return compressed;
  }
}
