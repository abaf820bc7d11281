package io.busbar.protocol.socketio;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Transport;
import io.busbar.protocol.TransportOver;
import io.netty.buffer.ByteBuf;

/**
 * A connection as one of its namespaces sees it: each has a session of its own. Owned by the
 * connection's event loop.
 */
final class NamespaceTransport extends TransportOver {
  private final SocketIoConnection connection;
  private final String namespace;
  private Runnable writableHandler = () -> {};
  private boolean paused;
  private boolean over;

  NamespaceTransport(SocketIoConnection connection, Transport shared, String namespace) {
    super(shared);
    this.connection = connection;
    this.namespace = namespace;
  }

  /** Nothing more is written for the namespace. */
  void end() {
    over = true;
    resume();
  }

  void writableAgain() {
    writableHandler.run();
  }

  @Override
  public boolean writable() {
    return !over && super.writable();
  }

  @Override
  public void writableHandler(Runnable handler) {
    writableHandler = handler;
  }

  @Override
  public void write(ByteBuf framed) {
    if (over) {
      framed.release();
    } else {
      super.write(framed);
    }
  }

  /**
   * A client that was told to leave a namespace does not come back by itself, so one that may is
   * not told, but cut off.
   */
  @Override
  public void close(Disconnect why) {
    if (over) {
      return;
    }
    if (why.retry()) {
      super.close(why);
    } else {
      connection.expel(namespace);
    }
  }

  @Override
  public void pause() {
    if (!paused && !over) {
      paused = true;
      connection.pause();
    }
  }

  @Override
  public void resume() {
    if (paused) {
      paused = false;
      connection.resume();
    }
  }

  @Override
  public void tick(long nowMillis) {
    connection.tick(this, nowMillis);
  }
}
