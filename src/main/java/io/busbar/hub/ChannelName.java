package io.busbar.hub;

/**
 * What a channel is known by.
 *
 * @param isPattern whether the address is a pattern and the channel all publications that match
 */
record ChannelName(String address, boolean isPattern) {
  static ChannelName of(String address) {
    return new ChannelName(address, false);
  }
}
