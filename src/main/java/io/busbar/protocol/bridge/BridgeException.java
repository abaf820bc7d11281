package io.busbar.protocol.bridge;

import org.jspecify.annotations.Nullable;

/** An invalid message, with the stock bridge's error code where it has one. */
final class BridgeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final @Nullable String address;
  private final @Nullable String replyAddress;

  BridgeException(String code, String rule) {
    this(code, rule, null, null);
  }

  private BridgeException(
      String code, String rule, @Nullable String address, @Nullable String replyAddress) {
    super(rule, null, false, false);
    this.code = code;
    this.address = address;
    this.replyAddress = replyAddress;
  }

  /** There always is one. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /**
   * Returns the same error with addresses.
   *
   * @param itsAddress address of the message; null for none
   * @param itsReplyAddress address for the answer; null for none
   */
  BridgeException about(@Nullable String itsAddress, @Nullable String itsReplyAddress) {
    return new BridgeException(code, getMessage(), itsAddress, itsReplyAddress);
  }

  String code() {
    return code;
  }

  /** Returns the address of the message; null for none. */
  @Nullable String address() {
    return address;
  }

  /** Returns the address for the answer; null for none. */
  @Nullable String replyAddress() {
    return replyAddress;
  }
}
