package io.busbar.protocol.socketio;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * A packet as messages of Engine.IO: a text message, and then one binary message for each
 * attachment, in order and without others between them.
 */
public record EncodedPacket(String text, List<Buffer> attachments) {}
