package io.busbar.hub;

import org.jspecify.annotations.Nullable;

/**
 * A request of a session for a subscription. Immutable: each method returns another request.
 *
 * <p>With only an address it asks for all publications from now on, or from where the channel's
 * rule says.
 */
public final class SubscriptionRequest {
  private final String key;
  private final String address;
  private final Encoder encoder;
  private final byte @Nullable [] label;
  private final @Nullable Filter filter;
  private final @Nullable StreamStartRequest beginning;
  private final @Nullable Payload info;

  private SubscriptionRequest(
      String key,
      String address,
      Encoder encoder,
      byte @Nullable [] label,
      @Nullable Filter filter,
      @Nullable StreamStartRequest beginning,
      @Nullable Payload info) {
    this.key = key;
    this.address = address;
    this.encoder = encoder;
    this.label = label;
    this.filter = filter;
    this.beginning = beginning;
    this.info = info;
  }

  /** Returns a request whose key is its address. */
  public static SubscriptionRequest of(String address, Encoder encoder) {
    return of(address, address, encoder);
  }

  /**
   * @param key key of the subscription in its session
   * @param address address of a channel, or a pattern for a subscription to patterns
   */
  public static SubscriptionRequest of(String key, String address, Encoder encoder) {
    return new SubscriptionRequest(key, address, encoder, null, null, null, null);
  }

  /** Returns the same with a label for the slot of each encoded message; null for none. */
  public SubscriptionRequest labelled(byte @Nullable [] bytes) {
    return new SubscriptionRequest(key, address, encoder, bytes, filter, beginning, info);
  }

  /** Returns the same with a filter; null accepts everything. */
  public SubscriptionRequest filtered(@Nullable Filter accepted) {
    return new SubscriptionRequest(key, address, encoder, label, accepted, beginning, info);
  }

  /**
   * Returns the same with a starting point in the channel's stream, if it is one; null for what its
   * rule says.
   */
  public SubscriptionRequest from(@Nullable StreamStartRequest start) {
    return new SubscriptionRequest(key, address, encoder, label, filter, start, info);
  }

  /**
   * Returns the same with information about the client.
   *
   * @param value JSON value for others where the channel has presence; null for nothing
   */
  public SubscriptionRequest withInfo(@Nullable Payload value) {
    return new SubscriptionRequest(key, address, encoder, label, filter, beginning, value);
  }

  String key() {
    return key;
  }

  String address() {
    return address;
  }

  @Nullable Payload info() {
    return info;
  }

  /**
   * Returns the subscription for this request.
   *
   * @param ruled whether the permissions decide about it
   */
  Subscription subscription(Session session, boolean pattern, boolean ruled) {
    ChannelName name = pattern ? new ChannelName(address, true) : ChannelName.of(address);
    return new Subscription(session, key, name, encoder, label, filter, beginning, ruled);
  }
}
