package io.busbar.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule for the channels that match.
 *
 * @param address address or pattern
 * @param overflow policy for subscribers that read slowly; without a rule they are disconnected
 * @param snapshot address that gives the first message for a new subscriber, and gets the channel's
 *     address as the body; empty for none
 * @param history what is stored of the channel; null for nothing, and then it is no stream
 * @param recover clients that come back get what they missed, if its first message is not older
 * @param last whether each new subscriber first hears the last message
 * @param presence whether others are told who listens
 */
public record ChannelRule(
    String address,
    @MayBeAbsent Overflow overflow,
    @MayBeAbsent String snapshot,
    @MayBeAbsent @Nullable History history,
    @MayBeAbsent Duration recover,
    @MayBeAbsent Boolean last,
    @MayBeAbsent Boolean presence) {
  private static final Duration RECOVER = Duration.ofMinutes(10);

  public ChannelRule {
    Checks.text("address", address);
    overflow = overflow == null ? Overflow.DISCONNECT : overflow;
    snapshot = snapshot == null ? "" : snapshot;
    last = last != null && last;
    presence = presence != null && presence;
    Checks.require(
        history == null || overflow == Overflow.DISCONNECT,
        "overflow",
        "must be disconnect where there is a history: who is dropped comes back and misses nothing");
    Checks.require(!last || snapshot.isEmpty(), "last", "is for channels without a snapshot");
    recover = recover == null ? RECOVER : recover;
    Checks.positive("recover", recover);
  }

  /** Returns a rule with defaults for everything else. */
  @SuppressWarnings("NullAway") // what is absent has its default
  public static ChannelRule of(String address, Overflow overflow, String snapshot) {
    return new ChannelRule(address, overflow, snapshot, null, null, null, null);
  }

  /** Returns a rule that follows from the name of a channel. */
  @SuppressWarnings("NullAway") // what is absent has its default
  public static ChannelRule ofName(
      String address, @Nullable History history, boolean last, boolean presence) {
    return new ChannelRule(address, null, null, history, null, last, presence);
  }

  /** Returns a rule with presence, and with defaults for everything else. */
  @SuppressWarnings("NullAway") // what is absent has its default
  public static ChannelRule ofPresence(String address) {
    return new ChannelRule(address, null, null, null, null, null, true);
  }

  /** Returns whether its messages get a position and are stored. */
  public boolean isStream() {
    return history != null || last;
  }

  /** Returns how much of a stream is stored. */
  public History kept() {
    return history == null ? History.ofOne() : history;
  }

  /** The policy for a session whose outbox is full. */
  public enum Overflow {
    /** The session is closed. */
    DISCONNECT,
    /** The oldest waiting message is dropped. */
    DROP_OLDEST,
    /** Only the newest message of each channel waits. */
    LATEST
  }

  /**
   * The limits of what is stored of a channel; the first one that is reached counts.
   *
   * @param messages number of stored messages
   * @param age how long a message is stored
   * @param size size of all stored messages together with their headers
   */
  public record History(
      @MayBeAbsent Integer messages, @MayBeAbsent Duration age, @MayBeAbsent Size size) {
    private static final int MESSAGES = 1_000;
    private static final Duration AGE = Duration.ofDays(1);
    private static final Size SIZE = Size.ofMiB(4);

    public History {
      messages = messages == null ? MESSAGES : messages;
      age = age == null ? AGE : age;
      size = size == null ? SIZE : size;
      Checks.between("messages", messages, 1, 10_000_000);
      Checks.positive("age", age);
      Checks.between("size", size, 128, 1L << 40);
    }

    static History ofOne() {
      return ofOne(AGE);
    }

    /** Returns a history of one message, for that time. */
    public static History ofOne(Duration age) {
      return new History(1, age, SIZE);
    }
  }

  /** Returns the channels of the features in the jar. */
  static List<ChannelRule> shipped() {
    return List.of(
        of("stocks.*", Overflow.LATEST, "quotes.last"),
        ofPresence("public.presence-demo"),
        of("busbar.stats", Overflow.LATEST, "busbar.stats.now"));
  }
}
