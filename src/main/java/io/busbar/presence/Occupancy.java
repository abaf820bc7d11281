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
  private final AddressIndex<Boolean> told = new AddressIndex<>();
  private final PresenceChannels presence;

  /**
   * @param patterns of the channels
   * @param presence the channels with presence, whose owners know this anyway
   */
  Occupancy(List<String> patterns, PresenceChannels presence) {
    patterns.forEach(pattern -> told.add(pattern, true));
    this.presence = presence;
  }

  boolean has(String address) {
    if (told.isEmpty() || Hub.isInternal(address) || presence.has(address)) {
      return false;
    }
    boolean[] found = {false};
    told.find(address, value -> found[0] = true);
    return found[0];
  }
}
