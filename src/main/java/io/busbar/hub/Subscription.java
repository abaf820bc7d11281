package io.busbar.hub;

import io.vertx.core.eventbus.Message;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One session's subscription to one channel. Owned by the session's event loop, except for its
 * place in the channel and its attendee, which the channel's loop owns.
 */
public final class Subscription {
  private static final Encoder SILENCE = message -> null;
  private static final Filter NOTHING = headers -> false;
  private static final StreamStartRequest FROM_NOW =
      new StreamStartRequest(Since.next(), start -> {});

  private final Session session;
  private final String key;
  private ChannelName channel;
  private Encoding encoding;
  private final byte @Nullable [] label;
  private final @Nullable Filter filter;
  private final boolean ruled;
  private @Nullable LoopSubscribers subscribers;
  private int index;
  private int placeInChannel = -1;

  /** Starting point in a stream; null where the subscriber named none. */
  private final @Nullable Since since;

  /** Listener for the starting point; null for none, and after it was called. */
  private @Nullable Consumer<StreamStart> listener;

  private boolean landed;
  private @Nullable PresenceSubscriber attendee;
  private boolean keepsName;
  private volatile boolean cancelled;

  /**
   * @param filter filter of the subscriber; null for everything
   * @param beginning starting point in a stream; null for what the channel's rule says
   * @param ruled whether a rule allows it; otherwise the gateway has chosen it
   */
  Subscription(
      Session session,
      String key,
      ChannelName channel,
      Encoder encoder,
      byte @Nullable [] label,
      @Nullable Filter filter,
      @Nullable StreamStartRequest beginning,
      boolean ruled) {
    this.ruled = ruled;
    this.since = beginning == null ? null : beginning.since();
    this.listener = beginning == null ? null : beginning.listener();
    this.filter = filter;
    this.session = session;
    this.key = key;
    this.channel = channel;
    Framing framing = session.transport().framing();
    this.encoding = new Encoding(encoder, framing);
    this.label = label == null ? null : framing.label(label);
  }

  /** Returns a subscription that hears no messages. */
  static Subscription silent(Session session, String key, ChannelName channel) {
    return new Subscription(session, key, channel, SILENCE, null, NOTHING, FROM_NOW, false);
  }

  /** Returns whether it hears no messages. */
  boolean isSilent() {
    return encoding.encoder() == SILENCE;
  }

  /** Returns the key in its session: its address, or an id that the client chose. */
  public String key() {
    return key;
  }

  public String address() {
    return channel.address();
  }

  /** Returns the starting point in a stream; null where the subscriber named none. */
  @Nullable Since since() {
    return since;
  }

  /** Returns whether its client was here before. */
  boolean comesBack() {
    return since != null && since.kind() == Since.Kind.BACK;
  }

  /** Sets the starting point. Called by the channel before the session hears of the admission. */
  void start(StreamStart where) {
    Consumer<StreamStart> asked = listener;
    if (asked != null) {
      listener = nowhere -> asked.accept(where);
    }
  }

  /** Marks the subscription as admitted, even if it has to catch up. */
  void land() {
    landed = true;
    Consumer<StreamStart> once = listener;
    listener = null;
    if (once != null) {
      once.accept(null);
    }
  }

  boolean hasLanded() {
    return landed;
  }

  /**
   * Sets the name and encoding that equal subscriptions share. Called by the channel before the
   * session hears of the admission.
   */
  void share(ChannelName its, Encoding same) {
    channel = its;
    encoding = same;
  }

  ChannelName channel() {
    return channel;
  }

  /** Returns whether a rule allows it; otherwise the gateway has chosen it. */
  boolean isRuled() {
    return ruled;
  }

  boolean isAllowedBy(Access access) {
    return !ruled
        || (channel.isPattern()
                ? access.toSubscribeAll(channel.address())
                : access.toSubscribe(channel.address()))
            == null;
  }

  /** Returns its attendee in the channel; null where the channel has no presence. */
  @Nullable PresenceSubscriber attendee() {
    return attendee;
  }

  /** Sets the attendee, before it comes to the channel or on the channel's event loop. */
  void attendee(PresenceSubscriber who) {
    attendee = who;
  }

  /**
   * Sets an attendee whose name stays the same at a login. Called before it comes to the channel.
   */
  void attendeeByName(PresenceSubscriber who) {
    attendee = who;
    keepsName = true;
  }

  boolean keepsName() {
    return keepsName;
  }

  Session session() {
    return session;
  }

  Encoding encoding() {
    return encoding;
  }

  /** Returns the bytes for the slot of each message, prepared for the transport; null for none. */
  byte @Nullable [] label() {
    return label;
  }

  /** Returns the filter of the subscriber; null for everything. */
  @Nullable Filter filter() {
    return filter;
  }

  /** Returns whether the subscriber wants the message. */
  boolean wants(Fanout message) {
    return filter == null || message.lost() != null || filter.accepts(message.headers());
  }

  /**
   * Delivers a message for this subscription alone, after the channel's earlier messages for it;
   * returns false when it is cancelled.
   */
  boolean deliverInOrder(Fanout message) {
    if (subscribers != null) {
      subscribers.deliver();
    }
    return deliver(message);
  }

  /** Delivers a message for this subscription alone; returns false when it is cancelled. */
  boolean deliver(Fanout message) {
    LoopSubscribers loopSubscribers = subscribers;
    if (cancelled || loopSubscribers == null) {
      return false;
    }
    EncodedMessage encoded = message.encoded(encoding);
    if (encoded == null) {
      return true;
    }
    Message<?> original = message.original();
    if (original != null && original.replyAddress() != null) {
      session.owe(original);
    }
    session.offer(List.of(encoded.labelled(label)), loopSubscribers.channel());
    session.traffic().delivered(1);
    return true;
  }

  /** Cancels it; no message is delivered after this. */
  void cancel() {
    cancelled = true;
    if (subscribers != null) {
      subscribers.leave(this);
      subscribers = null;
    }
  }

  boolean isCancelled() {
    return cancelled;
  }

  @Nullable LoopSubscribers subscribers() {
    return subscribers;
  }

  int index() {
    return index;
  }

  void index(LoopSubscribers newSubscribers, int place) {
    subscribers = newSubscribers;
    index = place;
  }

  int placeInChannel() {
    return placeInChannel;
  }

  void placeInChannel(int place) {
    placeInChannel = place;
  }
}
