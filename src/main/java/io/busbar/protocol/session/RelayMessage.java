package io.busbar.protocol.session;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A message between nodes about a client's request whose session is on another node. Its fields are
 * headers, and its body is a Buffer, a String, JSON or null, so nodes of different builds
 * understand each other. Used by one thread at a time.
 */
public final class RelayMessage {
  /** The kinds of messages. The first four go to the node that has the session. */
  enum Kind {
    /** A client waits for frames. */
    OPEN,

    /** A client sends messages. */
    SEND,

    /** The client has left a downlink. */
    LEFT,

    /** Asks which of these numbers of downlinks and requests are unknown. */
    PING,

    /** A frame for a downlink. */
    FRAME,

    /** Asks for the outcome of a frame that the earlier reply left open. */
    REST,

    /** The last frame of a downlink. */
    LAST,

    /** Closes the connection of a downlink. */
    ABORT,

    /** The session ended before it took the downlink. */
    AGAIN,

    /** The downlink came while another one waits. */
    REFUSE,

    /** Asks whether the client is there. */
    INSPECT
  }

  /** Failure code for a message about an unknown downlink. */
  static final int UNKNOWN_LINK = 1;

  /** Failure code for a message of an unknown kind, sent by a later build. */
  public static final int NOT_UNDERSTOOD = 2;

  private static final String KIND = "kind";
  private static final String FROM = "from";
  private static final String LINK = "link";
  private static final String PATH = "path";
  private static final String ID = "id";
  private static final String ENTRY = "entry";
  private static final String STREAMING = "streaming";
  private static final String OUTCOME = "fate";
  private static final String ADDRESS = "address";
  private static final String USER_AGENT = "user-agent";
  private static final String COOKIE = "cookie";

  private final MultiMap headers;

  private RelayMessage(MultiMap headers) {
    this.headers = headers;
  }

  static RelayMessage of(Message<?> message) {
    return new RelayMessage(message.headers());
  }

  /**
   * Creates a message.
   *
   * @param from the node that sends it
   * @param link number of the downlink on the node of the client's connection
   */
  static RelayMessage about(Kind kind, String from, long link) {
    return new RelayMessage(MultiMap.caseInsensitiveMultiMap())
        .with(KIND, kind.name())
        .with(FROM, from)
        .with(LINK, Long.toString(link));
  }

  /**
   * Adds the session.
   *
   * @param path of the endpoint, as in {@link SessionCluster#host}
   * @param entry registration that the sender has found
   */
  public RelayMessage session(String path, String id, String entry) {
    return with(PATH, path).with(ID, id).with(ENTRY, entry);
  }

  /** Adds the origin of the client. */
  public RelayMessage origin(RequestOrigin origin) {
    with(ADDRESS, origin.address()).with(USER_AGENT, origin.userAgent());
    return origin.cookie() == null ? this : with(COOKIE, origin.cookie());
  }

  RelayMessage streaming(boolean streaming) {
    return with(STREAMING, Boolean.toString(streaming));
  }

  RelayMessage outcome(WriteOutcome outcome) {
    return with(OUTCOME, outcome.name());
  }

  private RelayMessage with(String name, String value) {
    headers.set(name, value);
    return this;
  }

  DeliveryOptions options() {
    return new DeliveryOptions().setHeaders(headers);
  }

  Kind kind() {
    return Kind.valueOf(headers.get(KIND));
  }

  /** Returns the kind; null for an unknown one of a later build. */
  @Nullable Kind knownKind() {
    String kind = headers.get(KIND);
    return Stream.of(Kind.values())
        .filter(each -> each.name().equals(kind))
        .findFirst()
        .orElse(null);
  }

  String from() {
    return headers.get(FROM);
  }

  long link() {
    return Long.parseLong(headers.get(LINK));
  }

  String path() {
    return headers.get(PATH);
  }

  String id() {
    return headers.get(ID);
  }

  String entry() {
    return headers.get(ENTRY);
  }

  RequestOrigin origin() {
    return new RequestOrigin(headers.get(ADDRESS), headers.get(USER_AGENT), headers.get(COOKIE));
  }

  boolean isStreaming() {
    return Boolean.parseBoolean(headers.get(STREAMING));
  }

  WriteOutcome outcome() {
    return WriteOutcome.valueOf(headers.get(OUTCOME));
  }

  /** Returns whether the message was certainly not handled. */
  static boolean wasNotReceived(Throwable e) {
    return e instanceof ReplyException reply
        && (reply.failureType() == ReplyFailure.NO_HANDLERS || reply.failureCode() == UNKNOWN_LINK);
  }

  /** Returns whether the node of the receiver is gone. */
  public static boolean foundNobody(Throwable e) {
    return e instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }
}
