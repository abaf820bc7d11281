package io.busbar.config;

/** The system interface for sockets. */
public enum SocketTransport {
  /** epoll where it is available, otherwise NIO. */
  AUTO,

  /** On Linux, where neither the kernel nor the container forbids it. */
  IO_URING,

  /** On Linux. */
  EPOLL,

  /** On all systems. */
  NIO;

  /** Returns the name in the configuration. */
  @Override
  public String toString() {
    return RecordTree.name(this);
  }
}
