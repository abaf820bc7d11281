package io.busbar.hub;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.Message;

/**
 * One message on its way to clients, with its wires. Filled on one event loop and then only read.
 */
public final class Fanout {
  private final String address;
  private final Payload payload;
  private final MultiMap headers;
  private final Message<?> original;

  /** The session that must not hear it; null for none. */
  private final String except;

  private final long bornNanos = System.nanoTime();
  private Encoding[] table = {};
  private Wire[] wires = {};

  Fanout(String address, Payload payload, Message<?> original) {
    this.address = address;
    this.payload = payload;
    this.headers = Identity.without(original.headers());
    this.original = original;
    this.except = original.headers().get(Identity.EXCEPT);
  }

  public String address() {
    return address;
  }

  public Payload payload() {
    return payload;
  }

  /** The message's headers, less those that say who sent it; null when there are none. */
  public MultiMap headers() {
    return headers;
  }

  /** All of the message's headers as they are on the bus: for the gateway, not for clients. */
  public MultiMap busHeaders() {
    return original.headers();
  }

  /** Where an answer is awaited; null when none is. */
  public String replyAddress() {
    return original.replyAddress();
  }

  /** The id of the session that must not hear it; null for none. */
  String except() {
    return except;
  }

  /** When it came here, by System.nanoTime. */
  long bornNanos() {
    return bornNanos;
  }

  Message<?> original() {
    return original;
  }

  /** Runs each encoder once and prepares its wire once for each framing. */
  void encode(Encoding[] encodings) {
    Wire[] prepared = new Wire[encodings.length];
    Wire[] plain = new Wire[encodings.length];
    for (int i = 0; i < encodings.length; i++) {
      plain[i] = plainWire(encodings, plain, i);
      prepared[i] = encodings[i].framing().prepare(plain[i]);
    }
    table = encodings;
    wires = prepared;
  }

  private Wire plainWire(Encoding[] encodings, Wire[] plain, int index) {
    Encoder encoder = encodings[index].encoder();
    for (int i = 0; i < index; i++) {
      if (encodings[i].encoder().equals(encoder)) {
        return plain[i];
      }
    }
    return encoder.encode(this);
  }

  /** Bytes of its largest wire. */
  int size() {
    int size = 0;
    for (Wire wire : wires) {
      size = Math.max(size, wire.size());
    }
    return size;
  }

  /** The wire for subscribers of this encoding; null for those who came after the message. */
  Wire wire(Encoding encoding) {
    for (int i = 0; i < table.length; i++) {
      if (table[i].equals(encoding)) {
        return wires[i];
      }
    }
    return null;
  }
}
