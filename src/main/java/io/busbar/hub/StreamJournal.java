package io.busbar.hub;

/** Notes, in their order, what a session is offered of its streams. On its event loop. */
public interface StreamJournal {
  /** All of the channel's stream up to that position is on its way to the client. */
  void offered(String address, Position upTo);
}
