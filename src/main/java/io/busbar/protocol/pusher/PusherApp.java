package io.busbar.protocol.pusher;

import io.busbar.config.PusherConfig;
import io.busbar.hub.Hub;
import io.busbar.hub.PresenceChannels;
import org.jspecify.annotations.Nullable;

/** An app, and where its channels are on the bus. Immutable. */
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

  /** Where the channel is on the bus. */
  String address(String channel) {
    return addresses.address(channel);
  }

  /** The channel whose address that is; null where it is none of this app. */
  @Nullable String channel(String address) {
    return addresses.channel(address);
  }

  /** Whether a backend may say something there: not what the gateway says itself. */
  boolean mayPublish(String channel) {
    String address = address(channel);
    return !Hub.isInternal(address) && !address.startsWith(PresenceChannels.PREFIX);
  }
}
