package io.busbar.protocol.sockjs;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.Receiver;
import io.busbar.protocol.TransportOver;
import io.busbar.protocol.Utf8;
import io.busbar.protocol.WebSocketFraming;
import io.busbar.protocol.WebSocketTransport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.buffer.Buffer;

/**
 * SockJS over a WebSocket. The session lives as long as the socket and ignores the client's session
 * id. Owned by the event loop of the socket.
 */
final class SockJsWebSocket extends TransportOver {
  private final WebSocketTransport socket;
  private final long heartbeatMillis;
  private boolean wrote = true;
  private boolean closing;
  private long quietSince;

  SockJsWebSocket(WebSocketTransport socket, long heartbeatMillis) {
    super(socket);
    this.socket = socket;
    this.heartbeatMillis = heartbeatMillis;
  }

  /** Sends {@code o}. */
  void open() {
    frame(SockJsFraming.open());
  }

  /** Sets the receiver for the client's messages. */
  void receiver(Receiver receiver) {
    socket.receiver(new Unframing(receiver));
  }

  /** Decodes SockJS frames of the client into messages. */
  private final class Unframing implements Receiver {
    private final Receiver messages;

    private Unframing(Receiver messages) {
      this.messages = messages;
    }

    @Override
    public void text(String frame) {
      if (frame.isEmpty()) {
        return;
      }
      for (String message : Messages.ofArrayOrString(frame)) {
        if (!closing) {
          messages.text(message);
        }
      }
    }

    @Override
    public void binary(Buffer frame) {
      text(Utf8.decode(frame.getBytes()));
    }

    @Override
    public void whenAnswered(Runnable task) {
      messages.whenAnswered(task);
    }

    @Override
    public void closed() {
      messages.closed();
    }
  }

  private void frame(byte[] bytes) {
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(bytes.length + 10);
    WebSocketFraming.header(out, WebSocketFraming.FINAL_TEXT, bytes.length);
    write(out.writeBytes(bytes));
    flush();
  }

  @Override
  public void write(ByteBuf framed) {
    wrote = true;
    super.write(framed);
  }

  /** Sends {@code c[code,"reason"]} and closes the socket with the same code. */
  @Override
  public void close(Disconnect why) {
    if (!closing) {
      closing = true;
      frame(SockJsFraming.close(why));
      super.close(why);
    }
  }

  @Override
  public void tick(long nowMillis) {
    super.tick(nowMillis);
    if (wrote) {
      wrote = false;
      quietSince = nowMillis;
    } else if (nowMillis - quietSince >= heartbeatMillis && writable()) {
      frame(SockJsFraming.heartbeat());
      wrote = false;
      quietSince = nowMillis;
    }
  }
}
