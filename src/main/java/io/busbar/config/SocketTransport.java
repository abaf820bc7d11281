package io.busbar.config;

/** By which of the operating system's ways sockets are served. */
public enum SocketTransport {
  /** epoll where it is there, NIO elsewhere. */
  AUTO,

  /** Linux, where neither the kernel nor the container forbids it. */
  IO_URING,

  /** Linux. */
  EPOLL,

  /** Everywhere. */
  NIO;

  /** As the configuration has it. */
  @Override
  public String toString() {
    return RecordTree.name(this);
  }
}
