package io.busbar.protocol.socketio;

/**
 * What a packet may be.
 *
 * @param attachments how many pieces of bytes it may have; JavaScript's clients take 10
 * @param bytes of all its attachments, or of a MessagePack packet as a whole
 * @param namespace characters of its namespace, with the query
 * @param depth how many arrays and objects may be in one another
 * @param elements how many tokens of JSON, or values of MessagePack, it may have
 */
public record SocketLimits(int attachments, int bytes, int namespace, int depth, int elements) {}
