package io.busbar.protocol.stomp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.nio.charset.StandardCharsets;

/** The connection of a test client over any transport, as a stream of bytes. */
interface StompConnection extends AutoCloseable {
  /** Takes received bytes in any pieces, and null at the end of the connection. */
  interface BytesHandler {
    void received(byte[] bytes);

    void closed(int code);
  }

  void listen(BytesHandler listener);

  void send(byte[] bytes);

  default void send(String text) {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  void stopReading();

  void readAgain();

  /** Closes the connection without a close frame. */
  void die();

  /** Resets the connection, unless it has ended already. */
  static void reset(Channel channel) {
    channel
        .eventLoop()
        .execute(
            () -> {
              if (channel.isOpen()) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
                channel.close();
              }
            });
  }

  /** Closes the output and goes on reading. */
  default void endOutput() {
    throw new UnsupportedOperationException("only TCP has an end for each direction");
  }

  @Override
  void close();
}
