package io.busbar.hub;

import io.busbar.config.ChannelRule;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What the config says of channels, and else their names. Any thread may ask. */
public final class ChannelRules {
  private static final int MOST_REMEMBERED = 10_000;

  private record Ruled(AddressPattern address, ChannelRule rule) {}

  /**
   * What holds now.
   *
   * @param presence whether some channels have presence
   * @param streams whether some channels are streams
   * @param known what was found for addresses
   */
  private record Current(
      List<Ruled> rules,
      boolean presence,
      boolean streams,
      Map<String, Optional<ChannelRule>> known) {}

  private final List<RulesByName> names;
  private volatile Current current;

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
    become(rules);
  }

  /** From now on these are the rules. */
  void become(List<ChannelRule> rules) {
    current =
        new Current(
            rules.stream().map(rule -> new Ruled(AddressPattern.of(rule.address()), rule)).toList(),
            !names.isEmpty() || rules.stream().anyMatch(ChannelRule::presence),
            !names.isEmpty() || rules.stream().anyMatch(ChannelRule::isStream),
            new ConcurrentHashMap<>());
  }

  /** The first rule that matches the address; null where none does, and its name says nothing. */
  public @Nullable ChannelRule of(String address) {
    Current now = current;
    Optional<ChannelRule> rule = now.known.get(address);
    if (rule == null) {
      rule =
          now.rules.stream()
              .filter(each -> each.address().matches(address))
              .map(Ruled::rule)
              .findFirst()
              .or(() -> byName(address));
      if (now.known.size() < MOST_REMEMBERED) {
        now.known.put(address, rule);
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
    return current.presence;
  }

  /** Whether some channels are streams. */
  public boolean haveStreams() {
    return current.streams;
  }
}
