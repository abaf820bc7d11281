package io.busbar.protocol.engineio;

/** The decimal length before a packet of revision 3, read digit by digit. Used by one thread. */
final class PacketLength {
  private static final int MOST_DIGITS = 10;

  private int digits;
  private long value;

  /** Adds the next digit. */
  void add(int digit) {
    if (digit < 0 || digit > 9) {
      throw EngineRevision.broken("a length is a decimal number");
    }
    if (digits > 0 && value == 0) {
      throw EngineRevision.broken("a length does not begin with 0");
    }
    if (++digits > MOST_DIGITS) {
      throw EngineRevision.broken("a length has at most " + MOST_DIGITS + " digits");
    }
    value = value * 10 + digit;
  }

  /**
   * Returns the length.
   *
   * @param left maximum that it may have
   */
  int upTo(int left) {
    if (digits == 0) {
      throw EngineRevision.broken("a packet has its length in front");
    }
    if (value == 0) {
      throw EngineRevision.empty();
    }
    if (value > left) {
      throw EngineRevision.broken("a packet is as long as its length says");
    }
    return (int) value;
  }
}
