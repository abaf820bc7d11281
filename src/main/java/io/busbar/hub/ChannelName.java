package io.busbar.hub;

/**
 * The key of a channel.
 *
 * @param isPattern whether the address is a pattern, and the channel has all matching publications
 */
record ChannelName(String address, boolean isPattern) {
  static ChannelName of(String address) {
    return new ChannelName(address, false);
  }
}
