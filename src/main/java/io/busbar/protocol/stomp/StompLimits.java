package io.busbar.protocol.stomp;

/**
 * What a frame may be.
 *
 * @param headers how many lines of headers
 * @param headerLength bytes of one such line
 * @param bodySize bytes of the body
 */
record StompLimits(int headers, int headerLength, int bodySize) {}
