package io.busbar.hub;

/**
 * The key for equal bytes of two subscribers: the form of the protocol and the frames of the
 * transport.
 */
record Encoding(Encoder encoder, Framing framing) {}
