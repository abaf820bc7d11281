package io.busbar;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** A port for a process that cannot choose one by itself, or that comes back to the same one. */
public final class FreePort {
  /** Below those that the kernel gives to connections, of which other tests have thousands. */
  private static final int FIRST = 15_000;

  private static final int END = 32_000;

  private FreePort() {}

  /** One that nobody has now. */
  public static int find() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // another one, then
      }
    }
  }
}
