package io.busbar.protocol.stomp;

import io.busbar.config.StompConfig.UnknownFeatures;
import io.vertx.ext.stomp.Command;
import io.vertx.ext.stomp.Frame;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The headers that ask for features of RabbitMQ, ActiveMQ and Artemis which this gateway does not
 * have. Such a header is refused by its name, because its client depends on the feature. Immutable.
 */
final class BrokerFeatures {
  /** Headers that are refused on every SEND and SUBSCRIBE. */
  private static final Set<String> ANYWHERE =
      Set.of(
          "transformation",
          "x-queue-type",
          "x-queue-name",
          "x-queue-mode",
          "x-queue-version",
          "x-queue-leader-locator",
          "x-max-length",
          "x-max-length-bytes",
          "x-max-priority",
          "x-overflow",
          "x-expires",
          "x-dead-letter-exchange",
          "x-dead-letter-routing-key",
          "x-dead-letter-strategy",
          "x-delivery-limit",
          "x-single-active-consumer",
          "x-message-deduplication",
          "subscription-type",
          "destination-type");

  private static final Set<String> ON_SEND =
      Set.of(
          "amq_scheduled_delay",
          "amq_scheduled_period",
          "amq_scheduled_repeat",
          "amq_scheduled_cron",
          "_amq_sched_delivery",
          "_amq_group_id",
          "_amq_dupl_id",
          "_amq_lvq_name",
          "jmsxgroupid",
          "jmsxgroupseq",
          "x-delay");

  private static final Set<String> ON_SUBSCRIBE =
      Set.of(
          "x-message-ttl",
          "x-priority",
          "x-cancel-on-ha-failover",
          "x-stream-filter",
          "x-stream-match-unfiltered",
          "activemq.priority",
          "activemq.maximumpendingmessagelimit",
          "consumer-window-size");

  /** Headers that are refused only when their value is {@code true}. */
  private static final Set<String> SWITCHES =
      Set.of(
          "exclusive",
          "browser",
          "no-local",
          "activemq.exclusive",
          "activemq.nolocal",
          "activemq.retroactive");

  private final boolean refused;

  BrokerFeatures(UnknownFeatures what) {
    this.refused = what == UnknownFeatures.ERROR;
  }

  /**
   * Checks the headers of a SEND or SUBSCRIBE.
   *
   * @throws io.busbar.protocol.ProtocolException when a header asks for a feature that is not there
   */
  void check(Frame frame) {
    if (!refused) {
      return;
    }
    boolean subscribes = frame.getCommand() == Command.SUBSCRIBE;
    for (Map.Entry<String, String> header : frame.getHeaders().entrySet()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      boolean asks =
          ANYWHERE.contains(name)
              || (subscribes ? ON_SUBSCRIBE : ON_SEND).contains(name)
              || SWITCHES.contains(name) && header.getValue().trim().equalsIgnoreCase("true");
      StompCommands.require(
          !asks,
          header.getKey() + " is not supported here (stomp.unknown-features: ignore lets it pass)");
    }
  }
}
