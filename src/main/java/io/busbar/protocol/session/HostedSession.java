package io.busbar.protocol.session;

import java.util.function.Consumer;

/** A session of this node, as forwarded requests of other nodes use it. Any thread may use it. */
public interface HostedSession {
  /** Returns whether a request of that origin may use the session. */
  boolean accepts(RequestOrigin origin);

  /** Attaches a downlink, which is served on the session's event loop. */
  void bring(Downlink downlink);

  /**
   * Passes on the content of one request when the protocol accepts some.
   *
   * @param body as the endpoint of the other node gave it to {@link ForwardedMessages}
   * @param outcome will be called once, on any event loop
   */
  void send(Object body, Consumer<SendOutcome> outcome);
}
