package io.busbar.config;

/** An action of a client with an address. */
public enum Action {
  SUBSCRIBE,
  PUBLISH,
  SEND
}
