package io.busbar.cluster;

import io.busbar.Prerequisites;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;

/**
 * Network namespaces, one for each node, connected by a bridge in a namespace of its own. Each also
 * has a separate connection to this JVM for clients, which {@link #cut} does not affect. Any thread
 * may use it.
 */
public final class Network implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("bb(\\d+)n\\w+");

  private static final String NOT_INSTALLED = "no ip (Debian: iproute2)";

  private final String prefix = "bb" + ProcessHandle.current().pid() + "n";
  private final String bridge = prefix + "b";
  private final String clients = freeNet();
  private final int nodes;

  private Network(int nodes) {
    this.nodes = nodes;
  }

  /**
   * Opens namespaces for that number of nodes; prints why where that is not possible. On CI the
   * tool must be installed. A kernel that forbids namespaces is no failure.
   */
  public static Optional<Network> open(int nodes) {
    if (!isInstalled()) {
      Assertions.assertFalse(Prerequisites.isCi(), NOT_INSTALLED);
      return none(NOT_INSTALLED);
    }
    try {
      sweep();
      return Optional.of(new Network(nodes).made());
    } catch (IllegalStateException e) {
      return none("no network namespaces (" + e.getMessage() + ")");
    }
  }

  private Network made() {
    try {
      make();
      return this;
    } catch (IllegalStateException e) {
      close();
      throw e;
    }
  }

  private static Optional<Network> none(String why) {
    System.err.println(why + ": nothing is cut off by a network");
    return Optional.empty();
  }

  int size() {
    return nodes;
  }

  private static boolean isInstalled() {
    try {
      run("ip", "-V");
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /** Removes what killed tests have left. */
  private static void sweep() {
    for (String line : run("ip", "netns", "list").lines().toList()) {
      Matcher name = NAME.matcher(line.split(" ")[0]);
      if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
        run("ip", "netns", "del", name.group());
      }
    }
  }

  /** Returns three bytes of a network for such tests that no interface here uses. */
  private static String freeNet() {
    String taken = run("ip", "-o", "-4", "address");
    for (int i = 0; i < 256; i++) {
      String net = "198.18." + (ProcessHandle.current().pid() + i) % 256 + ".";
      if (!taken.contains(net)) {
        return net;
      }
    }
    throw new IllegalStateException("all networks are taken");
  }

  private void make() {
    run("ip", "netns", "add", bridge);
    inside(bridge, "ip link add bridge type bridge");
    inside(bridge, "ip link set bridge up");
    for (int i = 0; i < nodes; i++) {
      String node = namespace(i);
      run("ip", "netns", "add", node);
      inside(node, "ip link set lo up");
      inside(bridge, "ip link add leg" + i + " type veth peer name bus netns " + node);
      inside(bridge, "ip link set leg" + i + " up");
      heal(i);
      inside(node, "ip address add " + busAddress(i) + "/24 dev bus");
      inside(node, "ip link set bus up");
      String here = prefix + "c" + i;
      run(("ip link add " + here + " type veth peer name clients netns " + node).split(" "));
      run(("ip address add " + clients + (4 * i + 1) + "/30 dev " + here).split(" "));
      run(("ip link set " + here + " up").split(" "));
      inside(node, "ip address add " + clientAddress(i) + "/30 dev clients");
      inside(node, "ip link set clients up");
    }
  }

  private String namespace(int node) {
    return prefix + node;
  }

  /** Returns the beginning of a command that runs in that node's namespace. */
  public List<String> at(int node) {
    return List.of("ip", "netns", "exec", namespace(node));
  }

  /** Returns the address of that node for other nodes; the first node is 0. */
  public static String busAddress(int node) {
    return "10.0.0." + (node + 1);
  }

  /** Returns the address of that node for clients in this JVM. */
  public String clientAddress(int node) {
    return clients + (4 * node + 2);
  }

  /** Loses everything between that node and the others; nobody is told. */
  public void cut(int node) {
    inside(bridge, "ip link set leg" + node + " nomaster");
  }

  public void heal(int node) {
    inside(bridge, "ip link set leg" + node + " master bridge");
  }

  /** Removes the namespaces, and with them the interfaces or their other ends. */
  @Override
  public void close() {
    List<String> all = new ArrayList<>(List.of(bridge));
    for (int i = 0; i < nodes; i++) {
      all.add(namespace(i));
    }
    String there = run("ip", "netns", "list");
    all.stream().filter(there::contains).forEach(name -> run("ip", "netns", "del", name));
  }

  private static void inside(String namespace, String command) {
    run(("ip netns exec " + namespace + " " + command).split(" "));
  }

  /** Runs a command and returns its output; throws with the output in one line when it fails. */
  private static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() == 0) {
        return said;
      }
      Optional<String> why = said.lines().findFirst();
      throw new IllegalStateException(String.join(" ", command) + ": " + why.orElse("failed"));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
