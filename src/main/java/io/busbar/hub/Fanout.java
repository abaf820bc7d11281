package io.busbar.hub;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.Message;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to clients, with its encoded forms. One event loop encodes it; other
 * threads only read.
 */
public final class Fanout {
  /** The encoded forms so far, one for each encoding. */
  private record Written(Encoding[] table, EncodedMessage[] encodedMessages) {
    private static final Written NOTHING = new Written(new Encoding[0], new EncodedMessage[0]);
  }

  private final String address;
  private final Payload payload;
  private final MultiMap busHeaders;
  private final @Nullable MultiMap headers;

  /** Null for a stored message of a stream, and for a gap. */
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
   * Returns a message for workers, which also says who sent it.
   *
   * @param headers those of {@link Identity#forWorkers}
   */
  static Fanout forWorker(
      String address, Payload payload, Message<?> original, @Nullable MultiMap headers) {
    return new Fanout(address, payload, original.headers(), headers, original, null, null, false);
  }

  /** Returns a message that a stream has just published. */
  static Fanout live(
      String address, Payload payload, Message<?> original, Position position, boolean newEpoch) {
    return new Fanout(address, payload, original.headers(), original, position, null, newEpoch);
  }

  /** Returns a stored message of a stream. */
  static Fanout kept(String address, StreamMessage message, boolean newEpoch) {
    return new Fanout(
        address, message.payload(), message.headers(), null, message.position(), null, newEpoch);
  }

  /**
   * Returns a gap: messages of a stream that are lost.
   *
   * @param position position before the next message
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
   * Returns the headers of the message; null for none. Only workers get the headers that say who
   * sent it.
   */
  public @Nullable MultiMap headers() {
    return headers;
  }

  /** Returns all headers as they are on the bus: for the gateway, not for clients. */
  public MultiMap busHeaders() {
    return busHeaders;
  }

  /** Returns its position in the stream; null where the channel is none. */
  public @Nullable Position position() {
    return position;
  }

  /** Its offset, where it is of a stream. */
  long offset() {
    return Objects.requireNonNull(position, "only a message of a stream has an offset").offset();
  }

  /** Returns whether the message before it has another epoch. */
  public boolean beginsEpoch() {
    return beginsEpoch;
  }

  /**
   * Returns why messages before the next one are missing; null where this is a message and no gap.
   * Only encoders that ask for gaps get them.
   */
  public @Nullable LossReason lost() {
    return lost;
  }

  /** Returns the address that awaits an answer; null for none. */
  public @Nullable String replyAddress() {
    return original == null ? null : original.replyAddress();
  }

  /** Returns whether it is for one listener, or answers a request; otherwise it is for all. */
  public boolean isSend() {
    return original != null && original.isSend();
  }

  /** Returns the id of the session that must not hear it; null for none. */
  @Nullable String except() {
    return except;
  }

  /** Returns when it came to this node, as {@code System.nanoTime} says. */
  long bornNanos() {
    return bornNanos;
  }

  @Nullable Message<?> original() {
    return original;
  }

  /** Runs each encoder once, and prepares the result once for each framing. */
  void encode(Encoding[] encodings) {
    EncodedMessage[] prepared = new EncodedMessage[encodings.length];
    EncodedMessage[] plain = new EncodedMessage[encodings.length];
    for (int i = 0; i < encodings.length; i++) {
      plain[i] = plainEncoded(encodings, plain, i);
      prepared[i] = plain[i] == null ? null : encodings[i].framing().prepare(plain[i]);
    }
    written = new Written(encodings, prepared);
  }

  private @Nullable EncodedMessage plainEncoded(
      Encoding[] encodings, EncodedMessage[] plain, int index) {
    Encoder encoder = encodings[index].encoder();
    for (int i = 0; i < index; i++) {
      if (encodings[i].encoder().equals(encoder)) {
        return plain[i];
      }
    }
    return lost == null || encoder.reportsGaps() ? encoder.encode(this) : null;
  }

  /** Encodes the message for one more encoding. Called on the loop that encoded it before. */
  void encodeAlso(Encoding encoding) {
    Written now = written;
    if (Arrays.asList(now.table()).contains(encoding)) {
      return;
    }
    Encoding[] more = Arrays.copyOf(now.table(), now.table().length + 1);
    more[now.table().length] = encoding;
    encode(more);
  }

  /** Returns the size of its largest encoded form, in bytes. */
  int size() {
    int size = 0;
    for (EncodedMessage encoded : written.encodedMessages()) {
      size = encoded == null ? size : Math.max(size, encoded.size());
    }
    return size;
  }

  /** Returns the encoded message for this encoding; null for none. */
  @Nullable EncodedMessage encoded(Encoding encoding) {
    Written now = written;
    for (int i = 0; i < now.table().length; i++) {
      if (now.table()[i].equals(encoding)) {
        return now.encodedMessages()[i];
      }
    }
    return null;
  }
}
