package io.busbar.client;

import java.util.List;

/** One run of one script of {@code src/test/js} in Node. Used once, by one thread. */
final class NodeScript extends TapScript {
  /** Makes the run of a script, such as {@code services.mjs}. */
  NodeScript(String name) {
    super(name, NodeClients.install(), List.of("node", name));
  }
}
