package io.busbar.hub;

import io.busbar.config.ChannelRule;
import org.jspecify.annotations.Nullable;

/**
 * The rules that follow from the names of a protocol's channels. They are asked for an address
 * without a rule in the configuration. Any thread may call it; each node always gives the same
 * answer for an address.
 */
public interface RulesByName {
  /** Returns the rule; null where the name says nothing. */
  @Nullable ChannelRule of(String address);
}
