package io.busbar;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds free ports, for a process that cannot choose one or must use the same one again. Any thread
 * may use it.
 */
public final class FreePort {
  /**
   * These ports are below those that the kernel gives to connections. Other tests have thousands of
   * these.
   */
  private static final int FIRST = 15_000;

  private static final int END = 32_000;

  private FreePort() {}

  /** Finds a port that no process uses now. */
  public static int find() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // the port is used, so try another one
      }
    }
  }
}
