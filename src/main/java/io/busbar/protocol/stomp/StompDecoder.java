package io.busbar.protocol.stomp;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.ProtocolException;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.stomp.Command;
import io.vertx.ext.stomp.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The incremental decoder for the frames of a client. It takes bytes in pieces of any size:
 *
 * <pre>
 * stream  = *( eol / frame )                       ; a lone eol is a heart-beat
 * frame   = command eol *( header eol ) eol body NUL
 * command = CONNECT / STOMP / SEND / SUBSCRIBE / UNSUBSCRIBE / ACK / NACK
 *         / BEGIN / COMMIT / ABORT / DISCONNECT
 * header  = 1*name ":" *value                      ; UTF-8; escapes as the version has them,
 *                                                  ; none in CONNECT and STOMP
 * body    = as many octets as content-length says; without it, all up to the first NUL
 * eol     = LF / CR LF                             ; CR LF is taken in every version
 * </pre>
 *
 * Of repeated headers the first one counts. Only SEND has a body. A broken rule is a {@link
 * ProtocolException}, and after it nothing more is decoded. Owned by the event loop of the session.
 */
final class StompDecoder {
  private static final int FIRST_PIECE = 512;
  private static final int UNTIL_NUL = -1;

  /** Memory of one header besides its characters, in bytes: two strings and a map entry. */
  private static final int HEADER_OVERHEAD = 128;

  private static final Map<String, Command> COMMANDS =
      Map.ofEntries(
          Map.entry("CONNECT", Command.CONNECT),
          Map.entry("STOMP", Command.STOMP),
          Map.entry("SEND", Command.SEND),
          Map.entry("SUBSCRIBE", Command.SUBSCRIBE),
          Map.entry("UNSUBSCRIBE", Command.UNSUBSCRIBE),
          Map.entry("ACK", Command.ACK),
          Map.entry("NACK", Command.NACK),
          Map.entry("BEGIN", Command.BEGIN),
          Map.entry("COMMIT", Command.COMMIT),
          Map.entry("ABORT", Command.ABORT),
          Map.entry("DISCONNECT", Command.DISCONNECT));
  private static final int LONGEST_COMMAND = "UNSUBSCRIBE".length() + 1;

  /** The part of the stream that comes next. */
  private enum State {
    BETWEEN,
    COMMAND,
    HEADERS,
    BODY,
    NUL,
    STOPPED
  }

  private final StompLimits limits;
  private final Consumer<Frame> frames;
  private State state = State.BETWEEN;
  private @Nullable StompVersion version;
  private @Nullable Command command;
  private Map<String, String> headers = Map.of();
  private int headerLines;
  private int headerBytes;
  private int bodyLength;
  private byte[] kept = {};
  private int keptSize;

  /** A body that arrived in one piece; null for none, or for one in several pieces. */
  private @Nullable Buffer body;

  /**
   * @param frames is given each complete frame
   */
  StompDecoder(StompLimits limits, Consumer<Frame> frames) {
    this.limits = limits;
    this.frames = frames;
  }

  /** Sets the negotiated version, which applies to all later frames. */
  void version(StompVersion agreed) {
    version = agreed;
  }

  /** Stops decoding; all later bytes are ignored. */
  void stop() {
    state = State.STOPPED;
    kept = new byte[0];
    keptSize = 0;
    body = null;
  }

  /** Returns the headers read so far of the current frame. */
  Map<String, String> headersSoFar() {
    return headers;
  }

  /** Returns the size of the buffer for incomplete input, in bytes, even when it is unused. */
  int keptBytes() {
    return kept.length;
  }

  /** Returns the memory of the incomplete frame in bytes; 0 between frames. */
  int heldBytes() {
    int whole = body == null ? 0 : body.length();
    return isInside() ? kept.length + whole + headerBytes + headerLines * HEADER_OVERHEAD : 0;
  }

  /** Returns the bytes received of the incomplete frame; 0 between frames. */
  int cameBytes() {
    int whole = body == null ? 0 : body.length();
    return isInside() ? keptSize + whole + headerBytes : 0;
  }

  private boolean isInside() {
    return state != State.BETWEEN && state != State.STOPPED;
  }

  /**
   * Decodes the next bytes.
   *
   * @throws ProtocolException with one sentence that names the broken rule
   */
  void decode(byte[] bytes) {
    try {
      int at = 0;
      while (at < bytes.length && state != State.STOPPED) {
        at =
            switch (state) {
              case BETWEEN -> between(bytes, at);
              case COMMAND, HEADERS -> line(bytes, at);
              case BODY -> bodyLength == UNTIL_NUL ? bodyUntilNul(bytes, at) : body(bytes, at);
              case NUL -> nul(bytes[at], at);
              case STOPPED -> bytes.length;
            };
      }
    } catch (ProtocolException e) {
      stop();
      throw e;
    }
  }

  private int between(byte[] bytes, int at) {
    if (bytes[at] == '\n' || bytes[at] == '\r') {
      return at + 1;
    }
    state = State.COMMAND;
    headers = Map.of();
    return at;
  }

  private int line(byte[] bytes, int from) {
    int most = state == State.COMMAND ? LONGEST_COMMAND : limits.headerLength() + 1;
    int end = from;
    while (end < bytes.length && bytes[end] != '\n') {
      if (bytes[end] == 0) {
        throw broken("a frame has a blank line between its headers and its NUL");
      }
      end++;
      if (keptSize + end - from > most) {
        throw state == State.COMMAND
            ? unknown(keptText(bytes, from, end, most))
            : tooBig("a header line is longer than " + limits.headerLength() + " bytes");
      }
    }
    if (end == bytes.length) {
      keep(bytes, from, end, most);
      return end;
    }
    String line = keptSize == 0 ? text(bytes, from, end) : keptText(bytes, from, end, most);
    endOfLine(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
    return end + 1;
  }

  private String keptText(byte[] bytes, int from, int end, int most) {
    keep(bytes, from, end, most);
    String text = text(kept, 0, keptSize);
    keptSize = 0;
    return text;
  }

  private void endOfLine(String line) {
    if (state == State.COMMAND) {
      command = COMMANDS.get(line);
      if (command == null) {
        throw unknown(line);
      }
      headers = new LinkedHashMap<>();
      headerLines = 0;
      headerBytes = line.length();
      state = State.HEADERS;
    } else if (line.isEmpty()) {
      bodyLength = bodyLength(headers.get(Frame.CONTENT_LENGTH));
      state = bodyLength == 0 ? State.NUL : State.BODY;
    } else {
      header(line);
    }
  }

  private void header(String line) {
    if (++headerLines > limits.headers()) {
      throw tooBig("a frame has more than " + limits.headers() + " headers");
    }
    headerBytes += line.length();
    int colon = line.indexOf(':');
    if (colon < 1) {
      throw broken("a header is a name, a colon and a value");
    }
    String name = line.substring(0, colon);
    String value = line.substring(colon + 1);
    if (version == null || command == Command.CONNECT || command == Command.STOMP) {
      headers.putIfAbsent(name, value);
    } else {
      headers.putIfAbsent(version.unescape(name), version.unescape(value));
    }
  }

  private int bodyLength(@Nullable String contentLength) {
    if (contentLength == null) {
      return UNTIL_NUL;
    }
    String digits = contentLength.trim();
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw broken("content-length is a number of octets");
    }
    if (digits.length() > 10 || Long.parseLong(digits) > limits.bodySize()) {
      throw bodyTooBig();
    }
    return Integer.parseInt(digits);
  }

  private int body(byte[] bytes, int from) {
    int end = (int) Math.min(bytes.length, from + (long) bodyLength - keptSize);
    if (end - from == bodyLength) {
      takeWhole(bytes, from, end);
      return end;
    }
    keep(bytes, from, end, bodyLength);
    state = keptSize == bodyLength ? State.NUL : State.BODY;
    return end;
  }

  private void takeWhole(byte[] bytes, int from, int end) {
    body = from == end ? null : Buffer.buffer(end - from).appendBytes(bytes, from, end - from);
    state = State.NUL;
  }

  private int bodyUntilNul(byte[] bytes, int from) {
    int end = from;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    if (keptSize + end - from > limits.bodySize()) {
      throw bodyTooBig();
    }
    if (keptSize == 0 && end < bytes.length) {
      takeWhole(bytes, from, end);
      return end;
    }
    keep(bytes, from, end, limits.bodySize());
    state = end < bytes.length ? State.NUL : State.BODY;
    return end;
  }

  private int nul(byte octet, int at) {
    if (octet != 0) {
      throw broken("a body is followed by NUL, after as many octets as content-length says");
    }
    Buffer all = keptSize == 0 ? body : Buffer.buffer(Arrays.copyOf(kept, keptSize));
    if (all != null && command != Command.SEND) {
      requireBlank(all);
      all = null;
    }
    body = null;
    keptSize = 0;
    if (kept.length > FIRST_PIECE) {
      kept = new byte[0];
    }
    state = State.BETWEEN;
    frames.accept(new Frame(command, headers, all));
    headers = Map.of();
    return at + 1;
  }

  /** Checks that a body has only line ends. Some clients send one after each frame. */
  private void requireBlank(Buffer all) {
    for (int i = 0; i < all.length(); i++) {
      if (all.getByte(i) != '\n' && all.getByte(i) != '\r') {
        throw broken("only SEND has a body, " + command + " has none");
      }
    }
  }

  private void keep(byte[] bytes, int from, int end, int most) {
    int size = keptSize + end - from;
    if (size > kept.length) {
      long doubled = Math.max(FIRST_PIECE, 2L * kept.length);
      kept = Arrays.copyOf(kept, (int) Math.max(size, Math.min(doubled, most)));
    }
    System.arraycopy(bytes, from, kept, keptSize, end - from);
    keptSize = size;
  }

  private static String text(byte[] bytes, int from, int end) {
    String text = new String(bytes, from, end - from, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') < 0) {
      return text;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, end - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw broken("commands and headers are UTF-8");
    }
  }

  private static ProtocolException unknown(String line) {
    String shown = line.replaceAll("[^\\x20-\\x7E]", "?");
    shown = shown.length() > LONGEST_COMMAND ? shown.substring(0, LONGEST_COMMAND) : shown;
    return broken("a frame begins with a command of STOMP's, not with \"" + shown + '"');
  }

  private static ProtocolException broken(String rule) {
    return new ProtocolException(Disconnect.PROTOCOL_ERROR, rule);
  }

  private ProtocolException bodyTooBig() {
    return tooBig("a body is larger than " + limits.bodySize() + " bytes");
  }

  private static ProtocolException tooBig(String rule) {
    return new ProtocolException(Disconnect.TOO_BIG, rule);
  }
}
