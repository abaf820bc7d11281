package io.busbar.hub;

/** What makes two subscribers' bytes the same: the protocol's form and the transport's frames. */
record Encoding(Encoder encoder, Framing framing) {}
