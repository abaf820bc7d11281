package io.busbar.protocol.pusher;

import io.busbar.config.ChannelRule;
import io.busbar.config.PusherConfig;
import io.busbar.config.WebhookConfig;
import io.busbar.hub.RulesByName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The channel rules that follow from names: presence channels and those of users have presence, and
 * cache channels keep their last message. Immutable.
 */
public final class PusherRules implements RulesByName {
  private static final ChannelRule.History LAST_OF_HALF_AN_HOUR =
      ChannelRule.History.ofOne(Duration.ofMinutes(30));

  private final List<PusherApp> apps;

  private PusherRules(List<PusherApp> apps) {
    this.apps = apps;
  }

  /** Returns the rules of configured apps with a secret; empty for none. */
  public static List<RulesByName> of(PusherConfig config) {
    List<PusherApp> apps =
        config.apps().stream().filter(PusherConfig.App::hasSecret).map(PusherApp::new).toList();
    return apps.isEmpty() ? List.of() : List.of(new PusherRules(apps));
  }

  /**
   * Returns whether the app's webhooks tell of occupied channels, which needs presence even through
   * faults.
   */
  private static boolean hasOccupancyEvents(PusherApp app) {
    return app.config().hasWebhookFor(WebhookConfig.CHANNEL_OCCUPIED)
        || app.config().hasWebhookFor(WebhookConfig.CHANNEL_VACATED);
  }

  @Override
  public @Nullable ChannelRule of(String address) {
    for (PusherApp app : apps) {
      String name = app.channel(address);
      ChannelName channel = name == null ? null : ChannelName.of(name);
      if (channel != null) {
        boolean presence =
            channel.hasPresence() || channel.user() != null || hasOccupancyEvents(app);
        ChannelRule.History kept = channel.isCache() ? LAST_OF_HALF_AN_HOUR : null;
        return presence || channel.isCache()
            ? ChannelRule.ofName(address, kept, channel.isCache(), presence)
            : null;
      }
    }
    return null;
  }
}
