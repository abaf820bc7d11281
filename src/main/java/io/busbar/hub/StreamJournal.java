package io.busbar.hub;

/**
 * The notes about messages of streams that a session is offered, in their order. Called on the
 * session's event loop.
 */
public interface StreamJournal {
  /** Called when all of the channel's stream up to that position is on its way to the client. */
  void offered(String address, Position upTo);
}
