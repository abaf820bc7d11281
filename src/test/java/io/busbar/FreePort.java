package io.busbar;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds a port for a process that cannot choose one, or that comes back to the same port. Any
 * thread may use it.
 */
public final class FreePort {
  /** Below the ports that the kernel gives to connections. Other tests have thousands of those. */
  private static final int FIRST = 15_000;

  private static final int END = 32_000;

  private FreePort() {}

  /** A port that is free now. */
  public static int find() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // try another one
      }
    }
  }
}
