package io.busbar.protocol.socketio;

import io.busbar.protocol.ProtocolException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes messages of Engine.IO to packets. A text is a packet or the start of one, and the
 * following binary messages are its attachments. A broken rule is a {@link ProtocolException};
 * after it nothing more is decoded, and the caller must close the connection. Owned by the event
 * loop of the connection.
 */
public final class SocketDecoder {
  private final PacketRules rules;
  private final JsonText json;
  private final Consumer<SocketPacket> packets;

  /** The packet whose attachments are incomplete; null for none. */
  private @Nullable SocketPacket begun;

  private @Nullable Placeholders placeholders;
  private int beganWith;
  private int attached;
  private boolean stopped;

  /**
   * @param packets is given each complete packet
   */
  SocketDecoder(PacketRules rules, JsonText json, Consumer<SocketPacket> packets) {
    this.rules = rules;
    this.json = json;
    this.packets = packets;
  }

  /** Stops decoding; all later messages are ignored. */
  public void stop() {
    stopped = true;
    forget();
  }

  /** Returns the size of an incomplete packet in characters and bytes; 0 between packets. */
  public int heldBytes() {
    return begun == null ? 0 : beganWith + attached;
  }

  /**
   * Decodes a text message.
   *
   * @throws ProtocolException with one sentence that names the broken rule
   */
  public void decode(String message) {
    guarded(() -> text(message));
  }

  /**
   * Decodes a binary message, and keeps the buffer.
   *
   * @throws ProtocolException with one sentence that names the broken rule
   */
  public void decode(Buffer message) {
    guarded(() -> bytes(message));
  }

  private void guarded(Runnable step) {
    if (stopped) {
      return;
    }
    try {
      step.run();
    } catch (ProtocolException e) {
      stop();
      throw e;
    }
  }

  private void text(String message) {
    if (begun != null) {
      throw PacketRules.broken("no packet comes before all attachments of the one before it");
    }
    PacketText head = new PacketText(message);
    rules.checkAttachments(head.attachments());
    String payload = head.json();
    boolean hasData = !payload.isEmpty();
    Object data = hasData ? json.read(payload) : null;
    SocketPacket packet = rules.packet(head.type(), head.path(), head.id(), hasData, data);
    if (head.attachments() == 0) {
      packets.accept(packet);
      return;
    }
    placeholders = new Placeholders((JsonArray) data, (int) head.attachments());
    begun = packet;
    beganWith = message.length();
    attached = 0;
  }

  private void bytes(Buffer message) {
    SocketPacket whole = begun;
    if (whole == null || placeholders == null) {
      throw PacketRules.broken("bytes come after the packet that they belong to");
    }
    rules.checkBytes((long) attached + message.length(), "the attachments of a packet have");
    attached += message.length();
    if (placeholders.fill(message)) {
      forget();
      packets.accept(whole);
    }
  }

  private void forget() {
    begun = null;
    placeholders = null;
  }
}
