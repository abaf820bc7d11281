package io.busbar.protocol.engineio;

/** The decimal length that stands in front of a packet in revision 3, read digit by digit. */
final class PacketLength {
  private static final int MOST_DIGITS = 10;

  private int digits;
  private long value;

  /** Takes the next digit. */
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

  /** The length, of which so much may be left at most. */
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
