package io.busbar.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the Pusher protocol and its HTTP API for backends, for the named apps.
 * Without an app nothing is mounted.
 *
 * @param path WebSockets connect to path/{key of the app}
 * @param api the HTTP API is at api/{id of the app}
 * @param activityTimeout silence after which one side asks the other whether it is there
 */
public record PusherConfig(String path, String api, Duration activityTimeout, List<App> apps) {
  public PusherConfig {
    Checks.path("path", path);
    Checks.path("api", api);
    Checks.require(!api.equals(path), "api", "is the path of its clients, too");
    Checks.between("activity-timeout", activityTimeout.toMillis(), 1_000, 3_600_000);
    apps = List.copyOf(apps);
    Set<String> ids = new HashSet<>();
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < apps.size(); i++) {
      String other = "is that of another app, too";
      Checks.require(ids.add(apps.get(i).id()), "apps[" + i + "].id", other);
      Checks.require(keys.add(apps.get(i).key()), "apps[" + i + "].key", other);
    }
  }

  @SuppressWarnings("NullAway") // what is absent has its default
  static PusherConfig defaults() {
    App chat = new App("chat", "chat-demo", null, null, "{channel}.room", false, null, null, null);
    return new PusherConfig("/app", "/apps", Duration.ofSeconds(120), List.of(chat));
  }

  /** Returns the path for clients without WebSockets, where clients of Pusher expect it. */
  public String fallbacks() {
    return "/pusher" + path;
  }

  /** Returns whether there is an app. */
  public boolean isOn() {
    return !apps.isEmpty();
  }

  /**
   * An app. Clients connect with its key, and its backends use its secret.
   *
   * @param id name of the app in the HTTP API
   * @param key public key
   * @param secret secret for the signatures of its backends; null for an app without backends,
   *     which has only public channels
   * @param enabled whether the app is served; null for yes
   * @param address address of a channel on the bus: {@code {channel}} is the channel's name, {@code
   *     {app}} is the id; null for the name alone
   * @param clientEvents whether clients may send events to each other; null for yes
   * @param subscriptionCount whether clients are told the number of listeners of a channel; null
   *     for no
   */
  public record App(
      String id,
      String key,
      @MayBeAbsent @Nullable String secret,
      @MayBeAbsent Boolean enabled,
      @MayBeAbsent String address,
      @MayBeAbsent Boolean clientEvents,
      @MayBeAbsent Boolean subscriptionCount,
      @MayBeAbsent Limits limits,
      @MayBeAbsent List<Webhook> webhooks) {
    private static final String CHANNEL = "{channel}";
    private static final String APP = "{app}";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9_.:-]{0,100}");

    public App {
      String what = "must be letters, digits, - and _ (64 at most)";
      Checks.require(NAME.matcher(id).matches(), "id", what);
      Checks.require(NAME.matcher(key).matches(), "key", what);
      if (secret != null) {
        Checks.text("secret", secret);
      }
      enabled = enabled == null || enabled;
      address = address == null ? CHANNEL : address;
      String around = address.replaceFirst(Pattern.quote(CHANNEL), "").replace(APP, "");
      Checks.require(
          address.contains(CHANNEL) && ADDRESS.matcher(around).matches(),
          "address",
          "must have {channel} once, as in {app}.{channel}");
      clientEvents = clientEvents == null || clientEvents;
      subscriptionCount = subscriptionCount != null && subscriptionCount;
      limits = limits == null ? Limits.defaults() : limits;
      webhooks = webhooks == null ? List.of() : List.copyOf(webhooks);
      Checks.require(
          secret != null || webhooks.isEmpty(), "webhooks", "are signed with the app's secret");
    }

    /** Returns an app with defaults for everything else. */
    @SuppressWarnings("NullAway") // what is absent has its default
    public static App of(String id, String key, String secret) {
      return new App(id, key, secret, null, null, null, null, null, null);
    }

    /** Returns whether the app has a secret for signatures. */
    public boolean hasSecret() {
      return secret != null;
    }

    /** Returns its webhooks in the common form. */
    List<WebhookConfig> webhookConfigs() {
      List<WebhookConfig> webhookConfigs = new ArrayList<>();
      for (Webhook each : webhooks) {
        String name = "pusher." + id + "." + (webhookConfigs.size() + 1);
        webhookConfigs.add(WebhookConfig.ofPusher(name, each.url(), each.events()));
      }
      return webhookConfigs;
    }

    /** Returns whether a webhook of the app gets events of that name. */
    public boolean hasWebhookFor(String event) {
      return webhooks.stream().anyMatch(webhook -> webhook.events().contains(event));
    }

    /** Returns the addresses of its channels on the bus. */
    public Addresses addresses() {
      int channel = address.indexOf(CHANNEL);
      return new Addresses(
          address.substring(0, channel).replace(APP, id),
          address.substring(channel + CHANNEL.length()).replace(APP, id));
    }

    /** Returns the text without the secret. */
    @Override
    public String toString() {
      return "app " + id;
    }
  }

  /**
   * The addresses of an app's channels.
   *
   * @param before text before the channel's name
   * @param after text after the channel's name
   */
  public record Addresses(String before, String after) {
    /** Returns the address of the channel on the bus. */
    public String address(String channel) {
      return before + channel + after;
    }

    /** Returns the channel with that address; null for none. */
    public @Nullable String channel(String address) {
      boolean ours =
          address.length() > before.length() + after.length()
              && address.startsWith(before)
              && address.endsWith(after);
      return ours ? address.substring(before.length(), address.length() - after.length()) : null;
    }
  }

  /**
   * The limits of an app.
   *
   * @param connections number of connections on one node; null for 10,000
   * @param channels number of channels that one connection listens to; null for 100
   * @param members number of users in a presence channel; null for 100
   * @param eventSize size of an event's data; null for 10 KiB
   * @param clientEvents events per second from one connection; null for 10
   */
  public record Limits(
      @MayBeAbsent Integer connections,
      @MayBeAbsent Integer channels,
      @MayBeAbsent Integer members,
      @MayBeAbsent Size eventSize,
      @MayBeAbsent Integer clientEvents) {
    public Limits {
      connections = connections == null ? 10_000 : connections;
      channels = channels == null ? 100 : channels;
      members = members == null ? 100 : members;
      eventSize = eventSize == null ? Size.ofKiB(10) : eventSize;
      clientEvents = clientEvents == null ? 10 : clientEvents;
      Checks.between("connections", connections, 1, 10_000_000);
      Checks.between("channels", channels, 1, 100_000);
      Checks.between("members", members, 1, 100_000);
      Checks.between("event-size", eventSize, 128, 16 << 20);
      Checks.between("client-events", clientEvents, 1, 1_000_000);
    }

    @SuppressWarnings("NullAway") // what is absent has its default
    static Limits defaults() {
      return new Limits(null, null, null, null, null);
    }
  }

  /**
   * A receiver of the app's events over HTTP.
   *
   * @param events some of {@link #EVENTS}
   */
  public record Webhook(String url, List<String> events) {
    /** All possible events. */
    public static final List<String> EVENTS =
        List.of(
            "channel_occupied",
            "channel_vacated",
            "member_added",
            "member_removed",
            "client_event",
            "cache_miss",
            WebhookConfig.SUBSCRIPTION_COUNT);

    public Webhook {
      Checks.require(isHttp(url), "url", "must be like https://example.com/hook");
      events = List.copyOf(events);
      Checks.require(!events.isEmpty(), "events", "must name some of " + Checks.either(EVENTS));
      for (int i = 0; i < events.size(); i++) {
        Checks.oneOf("events[" + i + "]", events.get(i), EVENTS);
      }
    }

    private static boolean isHttp(String url) {
      try {
        URI uri = new URI(url);
        return List.of("http", "https").contains(String.valueOf(uri.getScheme()))
            && uri.getHost() != null
            && uri.getUserInfo() == null;
      } catch (URISyntaxException e) {
        return false;
      }
    }
  }
}
