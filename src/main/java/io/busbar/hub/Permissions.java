package io.busbar.hub;

import io.busbar.config.Config.Action;
import io.busbar.config.Config.Permission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What clients may do with addresses: what some rule allows, and nothing else. A rule that allows
 * nothing refuses what it matches, whatever the others say.
 */
final class Permissions {
  private record Rule(AddressPattern address, Set<Action> allow) {}

  private final List<Rule> rules;
  private final List<AddressPattern> refused;

  Permissions(List<Permission> permissions) {
    rules =
        permissions.stream()
            .map(rule -> new Rule(AddressPattern.of(rule.address()), actions(rule)))
            .toList();
    refused = rules.stream().filter(rule -> rule.allow().isEmpty()).map(Rule::address).toList();
  }

  private static Set<Action> actions(Permission rule) {
    return rule.allow().isEmpty() ? Set.of() : EnumSet.copyOf(rule.allow());
  }

  boolean allow(Action action, String address) {
    for (Rule rule : rules) {
      if (rule.allow().contains(action) && rule.address().matches(address)) {
        return !refuse(address);
      }
    }
    return false;
  }

  /** Whether a rule that allows nothing matches the address. */
  boolean refuse(String address) {
    for (AddressPattern pattern : refused) {
      if (pattern.matches(address)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether one rule allows it for every address that the pattern matches, but for those that
   * another one refuses: what is published there must not be told.
   */
  boolean allowAll(Action action, String pattern) {
    for (Rule rule : rules) {
      if (rule.allow().contains(action) && rule.address().covers(pattern)) {
        return true;
      }
    }
    return false;
  }
}
