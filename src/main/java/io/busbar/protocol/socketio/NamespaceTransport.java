package io.busbar.protocol.socketio;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Transport;
import io.busbar.protocol.TransportOver;
import io.netty.buffer.ByteBuf;

/**
 * The transport of one namespace, which shares the connection with others. Each namespace has its
 * own session. Owned by the event loop of the connection.
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

  /** Stops writing for the namespace. */
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
   * Ends the session in the namespace, or the whole connection when the client may retry. A client
   * does not reconnect to a namespace from which the server has disconnected it.
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
