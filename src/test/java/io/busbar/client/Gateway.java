package io.busbar.client;

import io.busbar.BusbarProcess;
import io.busbar.FreePort;
import java.net.URI;
import java.util.List;

/**
 * The jar with these settings, in a process that can be started again at the same ports. The kernel
 * gives none of them to a client's connection while nobody listens.
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

  /** Where the TCP event-bus bridge listens, if it is enabled. */
  int tcpBridgePort() {
    return process.tcpBridgePort();
  }

  /** Will kill it, and return when its successor is ready. */
  void restart() {
    process.close();
    process = start();
  }

  /** Will ask it to end, as an operator does. */
  void terminate() {
    process.terminate();
  }

  /** Will wait for its end after {@link #terminate}. */
  int exitCode() {
    return process.exitCode();
  }

  @Override
  public void close() {
    process.close();
  }
}
