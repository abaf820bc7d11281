package io.busbar.client;

import java.util.List;

/** One run of one script of {@code src/test/js} in Node. */
final class NodeScript extends TapScript {
  /** A script of {@code src/test/js}, such as {@code services.mjs}. */
  NodeScript(String name) {
    super(name, NodeClients.install(), List.of("node", name));
  }
}
