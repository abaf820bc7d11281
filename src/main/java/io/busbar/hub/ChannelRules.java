package io.busbar.hub;

import io.busbar.config.ChannelRule;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The rules for channels from the configuration and from their names. Any thread may use it. */
public final class ChannelRules {
  private static final int MOST_REMEMBERED = 10_000;

  private record Ruled(AddressPattern address, ChannelRule rule) {}

  /**
   * The rules that hold now.
   *
   * @param presence whether some channels have presence
   * @param streams whether some channels are streams
   * @param known rules already found, by address
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
   * Creates the rules, with those that follow from the names of channels.
   *
   * @param names asked in turn for an address without a rule; the first result counts
   */
  public ChannelRules(List<ChannelRule> rules, List<RulesByName> names) {
    this.names = List.copyOf(names);
    become(rules);
  }

  /** Replaces the rules. */
  void become(List<ChannelRule> rules) {
    current =
        new Current(
            rules.stream().map(rule -> new Ruled(AddressPattern.of(rule.address()), rule)).toList(),
            !names.isEmpty() || rules.stream().anyMatch(ChannelRule::presence),
            !names.isEmpty() || rules.stream().anyMatch(ChannelRule::isStream),
            new ConcurrentHashMap<>());
  }

  /**
   * Returns the first rule that matches the address, or else the one by its name; null for none.
   */
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

  /** Returns whether messages on the address are stored; those on internal addresses never are. */
  public boolean isStream(String address) {
    ChannelRule rule = Hub.isInternal(address) ? null : of(address);
    return rule != null && rule.isStream();
  }

  /** Returns whether some channels have presence. */
  boolean havePresence() {
    return current.presence;
  }

  /** Returns whether some channels are streams. */
  public boolean haveStreams() {
    return current.streams;
  }
}
