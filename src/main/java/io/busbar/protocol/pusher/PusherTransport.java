package io.busbar.protocol.pusher;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Transport;
import io.busbar.protocol.TransportOver;
import java.util.function.LongConsumer;

/** A connection that says goodbye in the protocol's own codes. Owned by its event loop. */
final class PusherTransport extends TransportOver {
  private LongConsumer ticks = now -> {};

  PusherTransport(Transport under) {
    super(under);
  }

  /** Will tell the time, in milliseconds since 1970, about once a second. */
  void onTick(LongConsumer told) {
    ticks = told;
  }

  @Override
  public void close(Disconnect why) {
    super.close(PusherDisconnects.told(why));
  }

  @Override
  public void tick(long nowMillis) {
    super.tick(nowMillis);
    ticks.accept(nowMillis);
  }
}
