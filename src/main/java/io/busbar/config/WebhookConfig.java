package io.busbar.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A receiver of events over HTTP.
 *
 * @param name name of the webhook and of the queue that stores its events; host and port of the URL
 *     if missing
 * @param url http or https URL
 * @param secret secret that signs each request; two while a new one replaces an old one
 * @param events some of {@link #EVENTS}
 * @param channels patterns of the channels whose events it gets; null for all
 * @param delay how long an event waits for others to share a request
 * @param timeout time limit for one request
 * @param giveUp older events are dropped when the endpoint has accepted nothing for this long
 * @param backOff pauses between tries
 * @param trust PEM file with certificate authorities; empty for those of Java
 * @param messages maximum number of waiting events; null for the general value of queues
 * @param size maximum size of waiting events; null for the general value of queues
 * @param deadLetter queue for dropped events; empty for none
 * @param store where events wait; null for the general value of queues
 */
public record WebhookConfig(
    @MayBeAbsent String name,
    String url,
    @OneOrMore List<String> secret,
    List<String> events,
    @MayBeAbsent List<String> channels,
    @MayBeAbsent Duration delay,
    @MayBeAbsent Duration timeout,
    @MayBeAbsent Duration giveUp,
    @MayBeAbsent BackOff backOff,
    @MayBeAbsent String trust,
    @MayBeAbsent @Nullable Integer messages,
    @MayBeAbsent @Nullable Size size,
    @MayBeAbsent String deadLetter,
    @MayBeAbsent QueuesConfig.@Nullable Store store) {
  public static final String CHANNEL_OCCUPIED = "channel_occupied";
  public static final String CHANNEL_VACATED = "channel_vacated";
  public static final String SESSION_OPENED = "session_opened";
  public static final String SESSION_CLOSED = "session_closed";
  public static final String MESSAGE = "message";
  public static final String CLIENT_EVENT = "client_event";
  public static final String CACHE_MISS = "cache_miss";
  public static final String SUBSCRIPTION_COUNT = "subscription_count";

  /** All possible events. */
  public static final List<String> EVENTS =
      List.of(
          CHANNEL_OCCUPIED,
          CHANNEL_VACATED,
          "member_added",
          "member_removed",
          SESSION_OPENED,
          SESSION_CLOSED,
          MESSAGE,
          CLIENT_EVENT,
          CACHE_MISS,
          SUBSCRIPTION_COUNT);

  /** Maximum number of events in one request. */
  public static final int MOST_EVENTS = 100;

  /** Prefix of a secret in the Standard Webhooks specification. */
  private static final String WHSEC = "whsec_";

  private static final int LEAST_SECRET = 24;
  private static final int MOST_SECRET = 64;
  private static final int MOST_SECRETS = 10;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:\\[\\]-]{1,100}");
  private static final Duration LONGEST = Duration.ofDays(1);

  public WebhookConfig {
    URI endpoint = endpoint(url);
    name = name == null ? endpoint.getRawAuthority() : name;
    Checks.require(
        NAME.matcher(name).matches(), "name", "must be letters, digits, -, _ and . (100 at most)");
    secret = List.copyOf(secret);
    Checks.require(!secret.isEmpty(), "secret", "must not be empty");
    Checks.require(secret.size() <= MOST_SECRETS, "secret", "are more than " + MOST_SECRETS);
    for (int i = 0; i < secret.size(); i++) {
      String what =
          "must be like whsec_… with 24 to 64 bytes in base64 behind it: whsec_$(openssl rand -base64 32)";
      Checks.require(isSecret(secret.get(i)), "secret[" + i + "]", what);
    }
    events = List.copyOf(events);
    Checks.require(!events.isEmpty(), "events", "must name some of " + Checks.either(EVENTS));
    for (int i = 0; i < events.size(); i++) {
      Checks.oneOf("events[" + i + "]", events.get(i), EVENTS);
    }
    channels = channels == null ? List.of("#") : List.copyOf(channels);
    for (int i = 0; i < channels.size(); i++) {
      Checks.text("channels[" + i + "]", channels.get(i));
    }
    delay = delay == null ? Duration.ofSeconds(1) : delay;
    timeout = timeout == null ? Duration.ofSeconds(10) : timeout;
    giveUp = giveUp == null ? Duration.ofMinutes(5) : giveUp;
    backOff =
        backOff == null ? new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(30)) : backOff;
    between("delay", delay, Duration.ZERO, Duration.ofMinutes(1));
    between("timeout", timeout, Duration.ofMillis(1), Duration.ofMinutes(1));
    between("give-up", giveUp, Duration.ofMillis(1), LONGEST);
    between("back-off.longest", backOff.longest(), Duration.ofMillis(1), LONGEST);
    trust = trust == null ? "" : trust;
    deadLetter = deadLetter == null ? "" : deadLetter;
    if (messages != null) {
      Checks.between("messages", messages, 1, 10_000_000);
    }
    if (size != null) {
      Checks.between("size", size, 128, 1L << 40);
    }
  }

  /**
   * Returns a webhook of an app of Pusher, with defaults for everything else. The app's secret
   * signs its requests in Pusher's way.
   */
  @SuppressWarnings("NullAway") // what is absent has its default
  static WebhookConfig ofPusher(String name, String url, List<String> events) {
    String unused = WHSEC + Base64.getEncoder().encodeToString(new byte[LEAST_SECRET]);
    return new WebhookConfig(
        name,
        url,
        List.of(unused),
        events,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private static URI endpoint(String url) {
    String like = "must be like https://example.com/hook";
    try {
      URI uri = new URI(url);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme();
      boolean http = Set.of("http", "https").contains(scheme) && uri.getHost() != null;
      Checks.require(http, "url", like);
      Checks.require(uri.getRawUserInfo() == null, "url", like + ", without a user");
      Checks.require(uri.getRawFragment() == null, "url", like + ", without a #");
      return uri;
    } catch (URISyntaxException e) {
      throw new ConfigException("url", like);
    }
  }

  private static void between(String key, Duration value, Duration least, Duration most) {
    boolean inside = value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
    String what = "must be from " + Durations.write(least) + " to " + Durations.write(most);
    Checks.require(inside, key, what);
  }

  private static boolean isSecret(String secret) {
    try {
      int bytes = key(secret).length;
      return secret.startsWith(WHSEC) && bytes >= LEAST_SECRET && bytes <= MOST_SECRET;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Returns the bytes of a secret. */
  private static byte[] key(String secret) {
    return Base64.getDecoder().decode(secret.substring(Math.min(WHSEC.length(), secret.length())));
  }

  /** Returns the bytes of each secret. */
  public List<byte[]> keys() {
    return secret.stream().map(WebhookConfig::key).toList();
  }

  /** Returns whether it gets events when a channel gets its first or loses its last listener. */
  boolean hasOccupancyEvents() {
    return events.contains(CHANNEL_OCCUPIED) || events.contains(CHANNEL_VACATED);
  }

  /** Returns the name of the queue where events wait, which is also the address that gets them. */
  public String queue() {
    return "busbar.webhook." + name;
  }

  /**
   * Returns the rule of that queue. Its time limit is long enough for every answer of the sender.
   */
  QueuesConfig.Rule rule() {
    Duration longestHeld =
        giveUp.plus(backOff.longest()).plus(timeout).plus(delay).plus(Duration.ofMinutes(1));
    return new QueuesConfig.Rule(
        queue(),
        "",
        queue(),
        MOST_EVENTS,
        messages,
        size,
        LONGEST.plus(giveUp),
        QueuesConfig.Overflow.ERROR,
        longestHeld,
        1000,
        deadLetter,
        store);
  }

  /** Returns the text without the secrets. */
  @Override
  public String toString() {
    return "webhook " + name;
  }
}
