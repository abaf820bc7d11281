package io.busbar.config;

import java.util.List;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A rule for the channels that match.
 *
 * @param address an address or a pattern
 * @param overflow for subscribers that read slowly; disconnect where no rule matches
 * @param snapshot an address that is asked, with the channel's address as the body, what a new
 *     subscriber hears first; empty asks nobody
 * @param history what is kept of it; null keeps nothing, so that it is no stream
 * @param recover who comes back gets what it missed, when the first of that is not older
 * @param last whether each new subscriber hears the last message first
 * @param presence whether others are told who is here
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

  /** One with the defaults of all else. */
  @SuppressWarnings("NullAway") // what is absent has its default
  public static ChannelRule of(String address, Overflow overflow, String snapshot) {
    return new ChannelRule(address, overflow, snapshot, null, null, null, null);
  }

  /** One that tells who is here, with the defaults of all else. */
  @SuppressWarnings("NullAway") // what is absent has its default
  public static ChannelRule ofPresence(String address) {
    return new ChannelRule(address, null, null, null, null, null, true);
  }

  /** Whether what is published on it has a position and is kept. */
  public boolean isStream() {
    return history != null || last;
  }

  /** How much of a stream is kept. */
  public History kept() {
    return history == null ? History.ofOne() : history;
  }

  /** What happens to a session whose outbox is full. */
  public enum Overflow {
    /** It is closed. */
    DISCONNECT,
    /** What waits longest is dropped. */
    DROP_OLDEST,
    /** Of each channel only the newest message waits. */
    LATEST
  }

  /**
   * How much of a channel is kept; the first bound that is met counts.
   *
   * @param messages that are kept
   * @param age and for how long
   * @param size and bytes of them together, with their headers
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
      return new History(1, AGE, SIZE);
    }
  }

  /** The channels of the features that ship. */
  static List<ChannelRule> shipped() {
    return List.of(
        of("stocks.*", Overflow.LATEST, "quotes.last"), ofPresence("public.presence-demo"));
  }
}
