package io.busbar.hub;

import io.busbar.config.ChannelRule;
import org.jspecify.annotations.Nullable;

/**
 * What the names of a protocol's channels say of them, as if a rule of the config did: asked for an
 * address that none of those matches. Any thread may ask; the answer for an address is always the
 * same, on every node.
 */
public interface RulesByName {
  /** The rule; null where the name says nothing. */
  @Nullable ChannelRule of(String address);
}
