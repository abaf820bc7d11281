package io.busbar.protocol.socketio;

/**
 * The size limits of a packet.
 *
 * @param attachments maximum number of attachments; JavaScript clients accept 10
 * @param bytes maximum size of all attachments, or of a whole MessagePack packet, in bytes
 * @param namespace maximum length of the namespace with its query, in characters
 * @param depth maximum nesting of arrays and objects
 * @param elements maximum number of JSON tokens or MessagePack values
 */
public record SocketLimits(int attachments, int bytes, int namespace, int depth, int elements) {}
