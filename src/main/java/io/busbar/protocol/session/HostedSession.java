package io.busbar.protocol.session;

import java.util.function.Consumer;

/**
 * A session of this node, as the requests see it that other nodes pass on to it. Any thread may
 * call.
 */
public interface HostedSession {
  /** Whether the visitor may use the session. */
  boolean accepts(RequestOrigin origin);

  /** Brings a downlink; it is served on the session's loop. */
  void bring(Downlink downlink);

  /**
   * Hands over what one request carries, when the protocol above takes some.
   *
   * @param body as the endpoint of the other node gave it to {@link ForwardedMessages}
   * @param outcome will be called once, on any loop
   */
  void send(Object body, Consumer<SendOutcome> outcome);
}
