package io.busbar.presence;

import io.busbar.hub.AddressIndex;
import io.busbar.hub.Hub;
import io.busbar.hub.PresenceChannels;
import java.util.List;

/**
 * Of which channels without presence it is told when the first client of all nodes listens, and
 * when the last one has left: of those for which a webhook asks that. Immutable; any thread may
 * ask.
 */
final class Occupancy {
  private final AddressIndex<Boolean> told = new AddressIndex<>();
  private final PresenceChannels presence;

  /**
   * @param patterns of the channels
   * @param presence which of them have presence, of whose owners it is known anyhow
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
