package io.busbar.protocol.stomp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.nio.charset.StandardCharsets;

/** A connection of a test client, over whichever transport, as the bytes that came. */
interface StompWire extends AutoCloseable {
  /** Takes bytes, cut anywhere, and null when the connection is closed. */
  interface Ear {
    void heard(byte[] bytes);

    void closed(int code);
  }

  void listen(Ear ear);

  void send(byte[] bytes);

  default void send(String text) {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  void stopReading();

  void readAgain();

  /** Cuts the connection without a goodbye. */
  void die();

  /** Will reset the connection, unless it has ended already. */
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

  /** Says that nothing more comes from here, and reads on. */
  default void endOutput() {
    throw new UnsupportedOperationException("only TCP has an end for each direction");
  }

  @Override
  void close();
}
