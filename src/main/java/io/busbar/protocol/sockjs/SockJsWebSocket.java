package io.busbar.protocol.sockjs;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Framing;
import io.busbar.hub.Transport;
import io.busbar.protocol.Receiver;
import io.busbar.protocol.Utf8;
import io.busbar.protocol.WebSocketFraming;
import io.busbar.protocol.WebSocketTransport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.buffer.Buffer;

/**
 * SockJS on a WebSocket: its session lives as long as the socket, whatever id the client chose.
 * Owned by the socket's loop.
 */
final class SockJsWebSocket implements Transport {
  private final WebSocketTransport socket;
  private final long heartbeatMillis;
  private boolean wrote = true;
  private boolean closing;
  private long quietSince;

  SockJsWebSocket(WebSocketTransport socket, long heartbeatMillis) {
    this.socket = socket;
    this.heartbeatMillis = heartbeatMillis;
  }

  /** Will say {@code o}. */
  void open() {
    frame(SockJsFraming.open());
  }

  /** Will hand the messages of the client to the receiver. */
  void receiver(Receiver receiver) {
    socket.receiver(new Unframing(receiver));
  }

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

  @Override
  public String remoteAddress() {
    return socket.remoteAddress();
  }

  private void frame(byte[] bytes) {
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(bytes.length + 10);
    WebSocketFraming.header(out, WebSocketFraming.FINAL_TEXT, bytes.length);
    write(out.writeBytes(bytes));
    flush();
  }

  @Override
  public Framing framing() {
    return socket.framing();
  }

  @Override
  public boolean writable() {
    return socket.writable();
  }

  @Override
  public void writableHandler(Runnable handler) {
    socket.writableHandler(handler);
  }

  @Override
  public void write(ByteBuf framed) {
    wrote = true;
    socket.write(framed);
  }

  @Override
  public void flush() {
    socket.flush();
  }

  /** Will say {@code c[code,"reason"]}, and close the socket with the same code. */
  @Override
  public void close(Disconnect why) {
    if (!closing) {
      closing = true;
      frame(SockJsFraming.close(why));
      socket.close(why);
    }
  }

  @Override
  public void pause() {
    socket.pause();
  }

  @Override
  public void resume() {
    socket.resume();
  }

  @Override
  public void expectLifeEvery(long millis) {
    socket.expectLifeEvery(millis);
  }

  @Override
  public void tick(long nowMillis) {
    socket.tick(nowMillis);
    if (wrote) {
      wrote = false;
      quietSince = nowMillis;
    } else if (nowMillis - quietSince >= heartbeatMillis && socket.writable()) {
      frame(SockJsFraming.heartbeat());
      wrote = false;
      quietSince = nowMillis;
    }
  }
}
