package io.busbar.protocol.stomp;

/**
 * The size limits of a frame.
 *
 * @param headers maximum number of header lines
 * @param headerLength maximum length of a header line in bytes
 * @param bodySize maximum size of the body in bytes
 */
record StompLimits(int headers, int headerLength, int bodySize) {}
