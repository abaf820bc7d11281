package io.busbar.protocol.socketio;

import io.busbar.config.SocketIoConfig.Namespace;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A namespace entry of the config and the names that it covers. Immutable. */
final class NamespaceRule {
  private static final String ANYTHING = "[^/]*";

  private final Namespace config;
  private final Pattern names;

  NamespaceRule(Namespace config) {
    this.config = config;
    this.names =
        Pattern.compile(
            Arrays.stream(config.name().split("\\*", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(ANYTHING)));
  }

  Namespace config() {
    return config;
  }

  boolean matches(String namespace) {
    return names.matcher(namespace).matches();
  }
}
