package io.busbar.hub;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One session listening to one channel. Owned by the session's event loop, but for its place among
 * the channel's members and who attends, which belong to the channel's.
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
  private int placeInLane;
  private int placeInChannel = -1;

  /** Where in a stream it wants to begin; null where it did not say. */
  private final @Nullable Since since;

  /** Who is told where it begins; null for nobody, and when that is done. */
  private @Nullable Consumer<StreamStart> told;

  private boolean landed;
  private @Nullable Attendee attendee;
  private boolean keepsName;
  private volatile boolean cancelled;

  /**
   * @param filter of what the subscriber wants; null where that is everything
   * @param beginning where in a stream; null for where the channel's rule says
   * @param ruled whether it is there because a rule allows it, and not by the gateway's choice
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
    this.told = beginning == null ? null : beginning.told();
    this.filter = filter;
    this.session = session;
    this.key = key;
    this.channel = channel;
    Framing framing = session.transport().framing();
    this.encoding = new Encoding(encoder, framing);
    this.label = label == null ? null : framing.label(label);
  }

  /** One that is there, and hears nothing. */
  static Subscription silent(Session session, String key, ChannelName channel) {
    return new Subscription(session, key, channel, SILENCE, null, NOTHING, FROM_NOW, false);
  }

  /** Whether it is one of those. */
  boolean isSilent() {
    return encoding.encoder() == SILENCE;
  }

  /** What the session knows the subscription by: its address, or an id that the client chose. */
  public String key() {
    return key;
  }

  public String address() {
    return channel.address();
  }

  /** Where in a stream it wants to begin; null where it did not say. */
  @Nullable Since since() {
    return since;
  }

  /** Whether its client was here before. */
  boolean comesBack() {
    return since != null && since.kind() == Since.Kind.BACK;
  }

  /** Set by the channel before the session hears of it. */
  void start(StreamStart where) {
    Consumer<StreamStart> asked = told;
    if (asked != null) {
      told = nowhere -> asked.accept(where);
    }
  }

  /** The session knows it as there, be it that it has to catch up yet. */
  void land() {
    landed = true;
    Consumer<StreamStart> once = told;
    told = null;
    if (once != null) {
      once.accept(null);
    }
  }

  boolean hasLanded() {
    return landed;
  }

  /**
   * All who are the same in it share these. Called by the channel, before the session hears of it.
   */
  void share(ChannelName its, Encoding same) {
    channel = its;
    encoding = same;
  }

  ChannelName channel() {
    return channel;
  }

  /** Whether it is there because a rule allows it, and not by the gateway's choice. */
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

  /** Who attends the channel by it; null where that has no presence. */
  @Nullable Attendee attendee() {
    return attendee;
  }

  /** Before it comes to the channel, or on the channel's event loop. */
  void attendee(Attendee who) {
    attendee = who;
  }

  /** Before it comes to the channel: it attends by a name that no login of the session changes. */
  void attendeeByName(Attendee who) {
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

  /** What goes into the slot of each wire, prepared for the transport; null when nothing does. */
  byte @Nullable [] label() {
    return label;
  }

  /** What the subscriber wants; null where that is everything. */
  @Nullable Filter filter() {
    return filter;
  }

  /** Whether the subscriber wants the message. */
  boolean wants(Fanout message) {
    return filter == null || message.lost() != null || filter.accepts(message.headers());
  }

  /**
   * Hands over a message that is for this subscription alone, after what its lane has for it; false
   * when it is cancelled.
   */
  boolean deliverInOrder(Fanout message) {
    if (subscribers != null) {
      subscribers.deliver();
    }
    return deliver(message);
  }

  /** Hands over a message that is for this subscription alone; false when it is cancelled. */
  boolean deliver(Fanout message) {
    LoopSubscribers lane = subscribers;
    if (cancelled || lane == null) {
      return false;
    }
    EncodedMessage wire = message.wire(encoding);
    if (wire == null) {
      return true;
    }
    Message<?> original = message.original();
    if (original != null && original.replyAddress() != null) {
      session.owe(original);
    }
    session.offer(List.of(wire.labelled(label)), lane.channel());
    session.traffic().delivered(1);
    return true;
  }

  /** No message is delivered after this. */
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

  int placeInLane() {
    return placeInLane;
  }

  void placeInLane(LoopSubscribers newLane, int place) {
    subscribers = newLane;
    placeInLane = place;
  }

  int placeInChannel() {
    return placeInChannel;
  }

  void placeInChannel(int place) {
    placeInChannel = place;
  }
}
