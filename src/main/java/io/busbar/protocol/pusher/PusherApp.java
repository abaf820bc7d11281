package io.busbar.protocol.pusher;

import io.busbar.config.PusherConfig;
import io.busbar.hub.Hub;
import io.busbar.hub.PresenceChannels;
import org.jspecify.annotations.Nullable;

/** An app and the addresses of its channels on the bus. Immutable. */
public final class PusherApp {
  private final PusherConfig.App config;
  private final Signatures signatures;
  private final PusherConfig.Addresses addresses;

  public PusherApp(PusherConfig.App config) {
    this.config = config;
    this.signatures = new Signatures(config.key(), config.secret());
    this.addresses = config.addresses();
  }

  String id() {
    return config.id();
  }

  String key() {
    return config.key();
  }

  PusherConfig.App config() {
    return config;
  }

  PusherConfig.Limits limits() {
    return config.limits();
  }

  Signatures signatures() {
    return signatures;
  }

  /** Returns the address of the channel. */
  String address(String channel) {
    return addresses.address(channel);
  }

  /** Returns the channel of the address; null where it is not one of this app. */
  @Nullable String channel(String address) {
    return addresses.channel(address);
  }

  /**
   * Returns whether a backend may publish there; only the gateway publishes to its own addresses.
   */
  boolean mayPublish(String channel) {
    String address = address(channel);
    return !Hub.isInternal(address) && !address.startsWith(PresenceChannels.PREFIX);
  }
}
