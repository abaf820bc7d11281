package io.busbar.client;

import io.busbar.BusbarProcess;
import java.net.URI;
import java.util.List;

/** The jar with these settings, in a process that can be started again at the same ports. */
final class Gateway implements AutoCloseable {
  private final String[] settings;
  private BusbarProcess process;

  Gateway(String... settings) {
    this.settings = settings;
    this.process = BusbarProcess.start(settings);
  }

  URI url() {
    return process.http();
  }

  int stompPort() {
    return process.stompPort();
  }

  /** Will kill it, and return when its successor is ready. */
  void restart() {
    BusbarProcess.Options again = BusbarProcess.options();
    List.of(settings).forEach(setting -> again.arguments("--set", setting));
    again.set("http.port", process.httpPort());
    again.set("stomp.port", process.stompPort());
    process.close();
    process = again.start();
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
