package io.busbar.protocol.socketio;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * A packet as Engine.IO's messages: a text, and a binary message for each attachment, in order and
 * with nothing between them.
 */
public record EncodedPacket(String text, List<Buffer> attachments) {}
