package io.busbar.protocol.bridge;

import org.jspecify.annotations.Nullable;

/** A message that the bridge does not take: the stock bridge's code, where it has one. */
final class BridgeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final @Nullable String address;
  private final @Nullable String replyAddress;

  BridgeException(String code, String rule) {
    this(code, rule, null, null);
  }

  private BridgeException(String code, String rule, @Nullable String address, @Nullable String replyAddress) {
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

  /** The same about a message for that address; either may be null. */
  BridgeException about(String itsAddress, String itsReplyAddress) {
    return new BridgeException(code, getMessage(), itsAddress, itsReplyAddress);
  }

  String code() {
    return code;
  }

  /** Where the message was for; null when it does not say. */
  @Nullable String address() {
    return address;
  }

  /** Where an answer is awaited; null when none is. */
  @Nullable String replyAddress() {
    return replyAddress;
  }
}
