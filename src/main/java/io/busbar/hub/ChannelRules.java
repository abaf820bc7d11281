package io.busbar.hub;

import io.busbar.config.ChannelRule;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What the config says of channels, and else their names. Any thread may ask. */
public final class ChannelRules {
  private static final int MOST_REMEMBERED = 10_000;

  private record Ruled(AddressPattern address, ChannelRule rule) {}

  private final List<Ruled> rules;
  private final List<RulesByName> names;
  private final Map<String, Optional<ChannelRule>> known = new ConcurrentHashMap<>();

  public ChannelRules(List<ChannelRule> rules) {
    this(rules, List.of());
  }

  /**
   * With what the names of channels say.
   *
   * @param names asked where no rule matches, the first that says something counts
   */
  public ChannelRules(List<ChannelRule> rules, List<RulesByName> names) {
    this.names = List.copyOf(names);
    this.rules =
        rules.stream().map(rule -> new Ruled(AddressPattern.of(rule.address()), rule)).toList();
  }

  /** The first rule that matches the address; null where none does, and its name says nothing. */
  public ChannelRule of(String address) {
    Optional<ChannelRule> rule = known.get(address);
    if (rule == null) {
      rule =
          rules.stream()
              .filter(each -> each.address().matches(address))
              .map(Ruled::rule)
              .findFirst()
              .or(() -> byName(address));
      if (known.size() < MOST_REMEMBERED) {
        known.put(address, rule);
      }
    }
    return rule.orElse(null);
  }

  private Optional<ChannelRule> byName(String address) {
    return names.stream().map(each -> each.of(address)).filter(Objects::nonNull).findFirst();
  }

  /** Whether what is published on the address is kept; what is the gateway's own never is. */
  public boolean isStream(String address) {
    ChannelRule rule = Hub.isInternal(address) ? null : of(address);
    return rule != null && rule.isStream();
  }

  /** Whether some channels have presence. */
  boolean havePresence() {
    return !names.isEmpty() || rules.stream().anyMatch(each -> each.rule().presence());
  }

  /** Whether some channels are streams. */
  public boolean haveStreams() {
    return !names.isEmpty() || rules.stream().anyMatch(each -> each.rule().isStream());
  }
}
