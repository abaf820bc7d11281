package io.busbar.hub;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.Message;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to clients, with its wires. Filled on one event loop; others only read.
 */
public final class Fanout {
  /** What is written of it so far, for whom. */
  private record Written(Encoding[] table, EncodedMessage[] wires) {
    private static final Written NOTHING = new Written(new Encoding[0], new EncodedMessage[0]);
  }

  private final String address;
  private final Payload payload;
  private final MultiMap busHeaders;
  private final @Nullable MultiMap headers;

  /** Null for what a stream has kept, and for what only tells of a gap. */
  private final @Nullable Message<?> original;

  /** The session that must not hear it; null for none. */
  private final @Nullable String except;

  private final @Nullable Position position;
  private final @Nullable LossReason lost;
  private final boolean beginsEpoch;
  private final long bornNanos = System.nanoTime();
  private Written written = Written.NOTHING;

  Fanout(String address, Payload payload, Message<?> original) {
    this(address, payload, original.headers(), original, null, null, false);
  }

  private Fanout(
      String address,
      Payload payload,
      MultiMap busHeaders,
      @Nullable Message<?> original,
      @Nullable Position position,
      @Nullable LossReason lost,
      boolean beginsEpoch) {
    this(
        address,
        payload,
        busHeaders,
        Identity.without(busHeaders),
        original,
        position,
        lost,
        beginsEpoch);
  }

  private Fanout(
      String address,
      Payload payload,
      MultiMap busHeaders,
      @Nullable MultiMap headers,
      @Nullable Message<?> original,
      @Nullable Position position,
      @Nullable LossReason lost,
      boolean beginsEpoch) {
    this.address = address;
    this.payload = payload;
    this.busHeaders = busHeaders;
    this.headers = headers;
    this.original = original;
    this.except = busHeaders.get(Identity.EXCEPT);
    this.position = position;
    this.lost = lost;
    this.beginsEpoch = beginsEpoch;
  }

  /**
   * What workers are told, who sent it among it.
   *
   * @param headers as {@link Identity#forWorkers} says
   */
  static Fanout forWorker(String address, Payload payload, Message<?> original, @Nullable MultiMap headers) {
    return new Fanout(address, payload, original.headers(), headers, original, null, null, false);
  }

  /** What came of a stream. */
  static Fanout live(
      String address, Payload payload, Message<?> original, Position position, boolean newEpoch) {
    return new Fanout(address, payload, original.headers(), original, position, null, newEpoch);
  }

  /** What a stream has kept. */
  static Fanout kept(String address, StreamMessage message, boolean newEpoch) {
    return new Fanout(
        address, message.payload(), message.headers(), null, message.position(), null, newEpoch);
  }

  /**
   * Tells that something of a stream was missed which cannot be had any more.
   *
   * @param position of the message before the next
   */
  static Fanout gap(String address, Position position, LossReason lost) {
    return new Fanout(
        address,
        Payload.json(null),
        MultiMap.caseInsensitiveMultiMap(),
        null,
        position,
        lost,
        true);
  }

  public String address() {
    return address;
  }

  public Payload payload() {
    return payload;
  }

  /**
   * The message's headers, less those that say who sent it, but for workers; null when there are
   * none.
   */
  public @Nullable MultiMap headers() {
    return headers;
  }

  /** All of the message's headers as they are on the bus: for the gateway, not for clients. */
  public MultiMap busHeaders() {
    return busHeaders;
  }

  /** Where it is in its stream; null where the channel is none. */
  public @Nullable Position position() {
    return position;
  }

  /** Its offset, where it is of a stream. */
  long offset() {
    return Objects.requireNonNull(position, "only a message of a stream has an offset").offset();
  }

  /** Whether the message before it was of another epoch. */
  public boolean beginsEpoch() {
    return beginsEpoch;
  }

  /**
   * Why something is missing before the next message, where this is no message but tells that; null
   * where it is a message. Encoders are given it only where they want it.
   */
  public @Nullable LossReason lost() {
    return lost;
  }

  /** Where an answer is awaited; null when none is. */
  public @Nullable String replyAddress() {
    return original == null ? null : original.replyAddress();
  }

  /** Whether it was for one of those who listen, or answers a question; else it is for all. */
  public boolean isSend() {
    return original != null && original.isSend();
  }

  /** The id of the session that must not hear it; null for none. */
  @Nullable String except() {
    return except;
  }

  /** When it came here, by System.nanoTime. */
  long bornNanos() {
    return bornNanos;
  }

  @Nullable Message<?> original() {
    return original;
  }

  /** Runs each encoder once and prepares its wire once for each framing. */
  void encode(Encoding[] encodings) {
    EncodedMessage[] prepared = new EncodedMessage[encodings.length];
    EncodedMessage[] plain = new EncodedMessage[encodings.length];
    for (int i = 0; i < encodings.length; i++) {
      plain[i] = plainWire(encodings, plain, i);
      prepared[i] = plain[i] == null ? null : encodings[i].framing().prepare(plain[i]);
    }
    written = new Written(encodings, prepared);
  }

  private @Nullable EncodedMessage plainWire(Encoding[] encodings, EncodedMessage[] plain, int index) {
    Encoder encoder = encodings[index].encoder();
    for (int i = 0; i < index; i++) {
      if (encodings[i].encoder().equals(encoder)) {
        return plain[i];
      }
    }
    return lost == null || encoder.tellsGaps() ? encoder.encode(this) : null;
  }

  /** Encodes it, too, for an encoding that came after the others did. On the loop that did. */
  void encodeAlso(Encoding encoding) {
    Written now = written;
    if (Arrays.asList(now.table()).contains(encoding)) {
      return;
    }
    Encoding[] more = Arrays.copyOf(now.table(), now.table().length + 1);
    more[now.table().length] = encoding;
    encode(more);
  }

  /** Bytes of its largest wire. */
  int size() {
    int size = 0;
    for (EncodedMessage wire : written.wires()) {
      size = wire == null ? size : Math.max(size, wire.size());
    }
    return size;
  }

  /** The wire for subscribers of this encoding; null where there is none for them. */
  @Nullable EncodedMessage wire(Encoding encoding) {
    Written now = written;
    for (int i = 0; i < now.table().length; i++) {
      if (now.table()[i].equals(encoding)) {
        return now.wires()[i];
      }
    }
    return null;
  }
}
