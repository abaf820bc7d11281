package io.busbar.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The origins whose pages may connect: the entries of {@code http.origins}. Immutable. */
public final class Origins {
  /** The entry for all origins. */
  static final String EVERYBODY = "*";

  private final boolean everybody;
  private final List<OriginRule> rules;

  /** Creates the origins; throws IllegalArgumentException for an entry that can never match. */
  public Origins(List<String> written) {
    everybody = written.contains(EVERYBODY);
    rules =
        written.stream().filter(entry -> !entry.equals(EVERYBODY)).map(OriginRule::parse).toList();
  }

  public boolean isEverybody() {
    return everybody;
  }

  public boolean allow(Origin origin) {
    return everybody || rules.stream().anyMatch(rule -> rule.matches(origin));
  }

  /** Returns the hosts of their pages. */
  public List<HostPattern> hosts() {
    return rules.stream().map(OriginRule::host).flatMap(Optional::stream).toList();
  }

  /** Returns the sources for a content security policy, with the gateway's own. */
  public String sources() {
    Stream<String> others = rules.stream().map(OriginRule::source).flatMap(Optional::stream);
    List<String> all = new ArrayList<>(List.of("'self'"));
    (everybody ? Stream.concat(Stream.of(EVERYBODY), others) : others).forEach(all::add);
    return String.join(" ", all);
  }
}
