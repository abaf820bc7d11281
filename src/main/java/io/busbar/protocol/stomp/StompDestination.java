package io.busbar.protocol.stomp;

import io.busbar.config.StompConfig.DestinationKind;
import io.busbar.config.StompConfig.DestinationRule;
import io.busbar.hub.AddressPattern;
import io.busbar.hub.Disconnect;
import io.busbar.protocol.ProtocolException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a destination's name means.
 *
 * @param name as the client writes it
 * @param address on the event bus
 * @param rule that says so
 */
record StompDestination(String name, String address, DestinationRule rule) {
  /** What the names of a session's own queues begin with, where answers arrive, too. */
  static final String TEMP_QUEUE = "/temp-queue/";

  /**
   * The destination of that name.
   *
   * @throws ProtocolException when no rule's prefix fits
   */
  static StompDestination of(String name, List<DestinationRule> rules) {
    for (DestinationRule rule : rules) {
      if (name.startsWith(rule.prefix())) {
        String address = rule.address() + name.substring(rule.prefix().length());
        if (address.isEmpty()) {
          break;
        }
        return new StompDestination(name, address, rule);
      }
    }
    throw new ProtocolException(
        Disconnect.PROTOCOL_ERROR,
        "a destination begins with one of "
            + String.join(", ", rules.stream().map(DestinationRule::prefix).toList())
            + " and has a name after that");
  }

  /** A session's own. */
  static StompDestination temporary(String name) {
    return new StompDestination(name, name, new DestinationRule(name, DestinationKind.QUEUE, name));
  }

  /**
   * How a message is shown that comes by it.
   *
   * @param published on which address; null for the destination's own
   */
  String named(@Nullable String published) {
    return published == null ? name : rule.prefix() + published.substring(rule.address().length());
  }

  boolean isQueue() {
    return rule.kind() == DestinationKind.QUEUE;
  }

  /** Whether a SEND is a question whose answer is the receipt. */
  boolean isRequest() {
    return rule.kind() == DestinationKind.REQUEST;
  }

  /** Whether it stands for all channels that match. */
  boolean isPattern() {
    return rule.kind() == DestinationKind.TOPIC && AddressPattern.isPattern(address);
  }
}
