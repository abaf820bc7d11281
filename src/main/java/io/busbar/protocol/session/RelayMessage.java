package io.busbar.protocol.session;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What nodes write to each other about the requests of clients that came to one and whose session
 * is on another: a kind and a few words in headers, a Buffer, a String, JSON or nothing as the
 * body, so that nodes of different builds understand each other.
 */
public final class RelayMessage {
  /** What a letter is about. The first four go to the node that has the session. */
  enum Kind {
    /** A client waits for frames. */
    OPEN,

    /** A client sends messages. */
    SEND,

    /** The client has left a downlink. */
    LEFT,

    /** Numbers of downlinks and messages: which of them are unknown? */
    PING,

    /** A frame for a downlink. */
    FRAME,

    /** What became of the frame that was not known when it was asked. */
    REST,

    /** Its last frame. */
    LAST,

    /** Its connection is to be dropped. */
    ABORT,

    /** Its session ended before it took this downlink. */
    AGAIN,

    /** It came while another waits. */
    REFUSE,

    /** Whether the client is there. */
    INSPECT
  }

  /** The reply code to a letter about a downlink that is not there. */
  static final int UNKNOWN_LINK = 1;

  /** The reply code to a letter of a kind that came with a later build. */
  public static final int NOT_UNDERSTOOD = 2;

  private static final String KIND = "kind";
  private static final String FROM = "from";
  private static final String LINK = "link";
  private static final String PATH = "path";
  private static final String ID = "id";
  private static final String ENTRY = "entry";
  private static final String STREAMING = "streaming";
  private static final String FATE = "fate";
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
   * @param from the node that writes
   * @param link the number of the downlink, at the node that the client is connected to
   */
  static RelayMessage about(Kind kind, String from, long link) {
    return new RelayMessage(MultiMap.caseInsensitiveMultiMap())
        .with(KIND, kind.name())
        .with(FROM, from)
        .with(LINK, Long.toString(link));
  }

  /**
   * Says which session it is about.
   *
   * @param path of the endpoint, as it is known to {@link SessionCluster#host}
   * @param entry what the writer went by
   */
  public RelayMessage session(String path, String id, String entry) {
    return with(PATH, path).with(ID, id).with(ENTRY, entry);
  }

  /** Says who wants it. */
  public RelayMessage origin(RequestOrigin origin) {
    with(ADDRESS, origin.address()).with(USER_AGENT, origin.userAgent());
    return origin.cookie() == null ? this : with(COOKIE, origin.cookie());
  }

  RelayMessage streaming(boolean streaming) {
    return with(STREAMING, Boolean.toString(streaming));
  }

  RelayMessage fate(WriteOutcome fate) {
    return with(FATE, fate.name());
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

  /** The same; null for one that this build does not know. */
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

  WriteOutcome fate() {
    return WriteOutcome.valueOf(headers.get(FATE));
  }

  /** Whether a letter was surely not acted upon. */
  static boolean wasNotHeard(Throwable e) {
    return e instanceof ReplyException reply
        && (reply.failureType() == ReplyFailure.NO_HANDLERS || reply.failureCode() == UNKNOWN_LINK);
  }

  /** Whether the node that it was for is not there. */
  public static boolean foundNobody(Throwable e) {
    return e instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }
}
