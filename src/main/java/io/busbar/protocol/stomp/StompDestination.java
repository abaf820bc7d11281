package io.busbar.protocol.stomp;

import io.busbar.config.StompConfig.DestinationKind;
import io.busbar.config.StompConfig.DestinationRule;
import io.busbar.hub.AddressPattern;
import io.busbar.hub.Disconnect;
import io.busbar.protocol.ProtocolException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A destination and its meaning.
 *
 * @param name as the client writes it
 * @param address on the event bus
 * @param rule that maps the name to the address
 */
record StompDestination(String name, String address, DestinationRule rule) {
  /** Prefix of a session's temporary queues, on which it also gets answers. */
  static final String TEMP_QUEUE = "/temp-queue/";

  /**
   * Returns the destination of that name.
   *
   * @throws ProtocolException when no rule has a matching prefix
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

  /** Returns the destination for a temporary queue of the session. */
  static StompDestination temporary(String name) {
    return new StompDestination(name, name, new DestinationRule(name, DestinationKind.QUEUE, name));
  }

  /**
   * Returns the destination header for a message of this destination.
   *
   * @param published address of the publication; null for this destination's own
   */
  String named(@Nullable String published) {
    return published == null ? name : rule.prefix() + published.substring(rule.address().length());
  }

  boolean isQueue() {
    return rule.kind() == DestinationKind.QUEUE;
  }

  /** Returns whether a SEND is a request, whose answer is the receipt. */
  boolean isRequest() {
    return rule.kind() == DestinationKind.REQUEST;
  }

  /** Returns whether the destination is a pattern of channels. */
  boolean isPattern() {
    return rule.kind() == DestinationKind.TOPIC && AddressPattern.isPattern(address);
  }
}
