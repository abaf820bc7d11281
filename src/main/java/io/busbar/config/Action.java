package io.busbar.config;

/** What a client may do with an address. */
public enum Action {
  SUBSCRIBE,
  PUBLISH,
  SEND
}
