package io.busbar.js;

import io.busbar.config.Reason;
import java.util.HashMap;
import java.util.Map;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the gateway that busbar.js calls, by their names. An illegal argument is a
 * TypeError in the script. Owned by the script's event loop, once the script is made.
 */
final class HostFunctions {
  private final Map<String, Object> all = new HashMap<>();

  @SuppressWarnings("NullAway.Init") // set before the script runs
  private Value refuse;

  /** A function of the gateway. Its error texts are for the author of the script. */
  interface Function {
    @Nullable Object call(Value... arguments);
  }

  void add(String name, Function function) {
    all.put(name, executable(function));
  }

  ProxyObject object() {
    return ProxyObject.fromMap(all);
  }

  /** Sets the function of busbar.js that throws its argument as an error of the script. */
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
        // the error of the script leaves this call as an exception
        refuse.executeVoid(Reason.of(e));
        throw e;
      }
    };
  }
}
