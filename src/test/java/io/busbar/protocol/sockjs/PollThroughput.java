package io.busbar.protocol.sockjs;

import com.sun.management.OperatingSystemMXBean;
import io.busbar.hub.EncodedMessage;
import io.busbar.protocol.session.RawHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Measures polls with one message each: on the node of the session, and on another node. The
 * clients run in the same JVM, so CPU time says more than elapsed time.
 *
 * <p>This is a program, not a test; {@code sockjs.md} says how to run it. Its arguments are rounds,
 * clients, and polls of each client.
 */
final class PollThroughput {
  private static final SockJsNodes NODES = new SockJsNodes();

  private PollThroughput() {}

  /** Prints two lines for each round. */
  public static void main(String[] arguments) throws Exception {
    NODES.beforeAll(null);
    for (int round = 0; round < Integer.parseInt(arguments[0]); round++) {
      for (int node = 0; node < 2; node++) {
        measure(node, Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
      }
    }
    System.exit(0);
  }

  private static void measure(int node, int clients, int polls) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    long start = System.nanoTime();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      all.add(
          CompletableFuture.runAsync(() -> poll(node, polls), task -> new Thread(task).start()));
    }
    all.forEach(CompletableFuture::join);
    double each = (double) clients * polls;
    System.out.printf(
        "%s: %,.0f polls/s, %.0f us of CPU each%n",
        node == 0 ? "own" : "other",
        each / (System.nanoTime() - start) * 1e9,
        (system.getProcessCpuTime() - cpu) / each / 1e3);
  }

  private static void poll(int node, int polls) {
    try (RawHttp http = NODES.node(node).connect()) {
      String url = NODES.open(0, "/wide");
      for (int i = 0; i < polls; i++) {
        NODES.node(0).onLoopOf(url, session -> session.write(EncodedMessage.text("a message")));
        String body = http.post(url + "/xhr", "").body();
        if (!body.equals("a[\"a message\"]\n")) {
          throw new IllegalStateException(body);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
