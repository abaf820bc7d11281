package io.busbar.presence;

import io.busbar.hub.AddressIndex;
import io.busbar.hub.Hub;
import io.busbar.hub.PresenceChannels;
import java.util.List;

/**
 * The channels without presence whose occupied and vacated events a webhook wants. Occupied means
 * that the first client of all nodes listens; vacated means that the last one has left. Immutable;
 * any thread may use it.
 */
final class Occupancy {
  private final AddressIndex<Boolean> occupancyPatterns = new AddressIndex<>();
  private final PresenceChannels presence;

  /**
   * @param patterns of the channels
   * @param presence the channels with presence, whose owners know this anyway
   */
  Occupancy(List<String> patterns, PresenceChannels presence) {
    patterns.forEach(pattern -> occupancyPatterns.add(pattern, true));
    this.presence = presence;
  }

  boolean has(String address) {
    if (occupancyPatterns.isEmpty() || Hub.isInternal(address) || presence.has(address)) {
      return false;
    }
    boolean[] found = {false};
    occupancyPatterns.find(address, value -> found[0] = true);
    return found[0];
  }
}
