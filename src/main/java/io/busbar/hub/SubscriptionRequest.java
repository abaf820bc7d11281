package io.busbar.hub;

import org.jspecify.annotations.Nullable;

/**
 * What a session asks to hear, and how. Immutable: each method returns another one.
 *
 * <p>Without more than its address it is all that is published there, from now on, or from where
 * the channel's rule says.
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

  /** A subscription that the session knows by its address. */
  public static SubscriptionRequest of(String address, Encoder encoder) {
    return of(address, address, encoder);
  }

  /**
   * @param key what the session knows the subscription by
   * @param address of a channel; a pattern where patterns are asked for
   */
  public static SubscriptionRequest of(String key, String address, Encoder encoder) {
    return new SubscriptionRequest(key, address, encoder, null, null, null, null);
  }

  /** With what goes into the slot of each encoded message; null for nothing. */
  public SubscriptionRequest labelled(byte @Nullable [] bytes) {
    return new SubscriptionRequest(key, address, encoder, bytes, filter, beginning, info);
  }

  /** Only what the filter accepts; null accepts everything. */
  public SubscriptionRequest filtered(@Nullable Filter accepted) {
    return new SubscriptionRequest(key, address, encoder, label, accepted, beginning, info);
  }

  /** From somewhere in the channel's stream, where it is one; null for where its rule says. */
  public SubscriptionRequest from(@Nullable StreamStartRequest start) {
    return new SubscriptionRequest(key, address, encoder, label, filter, start, info);
  }

  /**
   * Of a client that says something of itself.
   *
   * @param value what others are told where the channel has presence: JSON; null for nothing
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
   * The subscription that it becomes.
   *
   * @param ruled whether the permissions decide about it
   */
  Subscription subscription(Session session, boolean pattern, boolean ruled) {
    ChannelName name = pattern ? new ChannelName(address, true) : ChannelName.of(address);
    return new Subscription(session, key, name, encoder, label, filter, beginning, ruled);
  }
}
