package io.busbar.protocol.pusher;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Transport;
import io.busbar.protocol.TransportOver;
import java.util.function.LongConsumer;

/**
 * A transport that closes with the codes of this protocol. Owned by the event loop of the
 * connection.
 */
final class PusherTransport extends TransportOver {
  private LongConsumer ticks = now -> {};

  PusherTransport(Transport under) {
    super(under);
  }

  /** Sets a task that gets the time about once a second, in milliseconds since 1970. */
  void onTick(LongConsumer closeCode) {
    ticks = closeCode;
  }

  @Override
  public void close(Disconnect why) {
    super.close(PusherDisconnects.closeCode(why));
  }

  @Override
  public void tick(long nowMillis) {
    super.tick(nowMillis);
    ticks.accept(nowMillis);
  }
}
