package io.busbar.protocol.engineio;

import io.busbar.protocol.CrossOrigin;
import io.busbar.protocol.engineio.EnginePacket.Type;
import io.busbar.protocol.session.DownlinkAnswers;
import io.busbar.protocol.session.Envelope;
import io.busbar.protocol.session.SocketDownlink;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** The Engine.IO responses to polls, besides payloads. Immutable. */
final class EngineAnswers implements DownlinkAnswers {
  static final EngineAnswers INSTANCE = new EngineAnswers();

  /** A noop packet. It is the same in all revisions, because it is text. */
  private static final byte[] NOOP =
      EngineFrames.frame(EngineRevision.FOUR, EnginePacket.of(Type.NOOP));

  private EngineAnswers() {}

  @Override
  public void head(HttpServerRequest request, Envelope envelope) {
    CrossOrigin.allow(request);
    request
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, envelope.contentType())
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
  }

  @Override
  public int streamingLimit() {
    return Integer.MAX_VALUE;
  }

  @Override
  public byte[] nothing() {
    return NOOP;
  }

  @Override
  public void refuse(SocketDownlink downlink) {
    answer(downlink, EngineError.BAD_REQUEST);
  }

  @Override
  public void lost(SocketDownlink downlink) {
    answer(downlink, EngineError.UNKNOWN_SID);
  }

  /** Answers the poll, or the request for a new session, with that error. */
  static void answer(SocketDownlink downlink, EngineError error) {
    // This sets the headers for pages of other origins.
    downlink.start();
    downlink.refuse(error::answer);
  }
}
