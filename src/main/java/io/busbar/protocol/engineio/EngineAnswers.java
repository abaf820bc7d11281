package io.busbar.protocol.engineio;

import io.busbar.protocol.CrossOrigin;
import io.busbar.protocol.engineio.EnginePacket.Type;
import io.busbar.protocol.session.DownlinkAnswers;
import io.busbar.protocol.session.Envelope;
import io.busbar.protocol.session.SocketDownlink;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** What polls are answered with beside payloads. */
final class EngineAnswers implements DownlinkAnswers {
  static final EngineAnswers INSTANCE = new EngineAnswers();

  /** The same in all revisions, as all packets of text are. */
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

  /** Ends the poll, or what would have been the first, with that. */
  static void answer(SocketDownlink downlink, EngineError error) {
    // Sets the headers for pages of other origins.
    downlink.start();
    downlink.refuse(error::answer);
  }
}
