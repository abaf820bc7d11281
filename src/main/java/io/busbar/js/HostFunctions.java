package io.busbar.js;

import java.util.HashMap;
import java.util.Map;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;
import org.jspecify.annotations.Nullable;

/** What busbar.js calls, by name. What one of them refuses is a TypeError of the script. */
final class HostFunctions {
  private final Map<String, Object> all = new HashMap<>();

  @SuppressWarnings("NullAway.Init") // set before the script runs
  private Value refuse;

  /** What one does; its words are for whoever wrote the script. */
  interface Function {
    @Nullable Object call(Value... arguments);
  }

  void add(String name, Function function) {
    all.put(name, executable(function));
  }

  ProxyObject object() {
    return ProxyObject.fromMap(all);
  }

  /** Throws its argument as an error of the script. */
  void refuseBy(Value function) {
    refuse = function;
  }

  ProxyExecutable executable(Function function) {
    return arguments -> {
      try {
        return function.call(arguments);
      } catch (IllegalArgumentException
          | IllegalStateException
          | ClassCastException
          | UnsupportedOperationException e) {
        // comes back here as it was thrown there
        refuse.executeVoid(String.valueOf(e.getMessage()));
        throw e;
      }
    };
  }
}
