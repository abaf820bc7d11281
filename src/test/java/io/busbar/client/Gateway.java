package io.busbar.client;

import io.busbar.BusbarProcess;
import io.busbar.FreePort;
import java.net.URI;
import java.util.List;

/**
 * The jar with these settings, in a process that can start again on the same ports. The kernel
 * gives none of these ports to a connection in between. Used by the thread of the test.
 */
final class Gateway implements AutoCloseable {
  private final String[] settings;
  private final int http = FreePort.find();
  private final int stomp = FreePort.find();
  private BusbarProcess process;

  Gateway(String... settings) {
    this.settings = settings;
    this.process = start();
  }

  private BusbarProcess start() {
    BusbarProcess.Options options = BusbarProcess.options();
    List.of(settings).forEach(setting -> options.arguments("--set", setting));
    return options.set("http.port", http).set("stomp.port", stomp).start();
  }

  URI url() {
    return process.http();
  }

  URI admin() {
    return process.admin();
  }

  int stompPort() {
    return stomp;
  }

  /** The port of the TCP event-bus bridge, if it is enabled. */
  int tcpBridgePort() {
    return process.tcpBridgePort();
  }

  /** Kills it, starts it again, and returns when it is ready. */
  void restart() {
    process.close();
    process = start();
  }

  /** Asks it to end, as an operator does. */
  void terminate() {
    process.terminate();
  }

  /** Waits for its end after {@link #terminate}, and returns its exit code. */
  int exitCode() {
    return process.exitCode();
  }

  @Override
  public void close() {
    process.close();
  }
}
