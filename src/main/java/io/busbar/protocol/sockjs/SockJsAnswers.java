package io.busbar.protocol.sockjs;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.session.DownlinkAnswers;
import io.busbar.protocol.session.Envelope;
import io.busbar.protocol.session.SocketDownlink;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** The SockJS responses, besides frames, to requests that wait for frames. Immutable. */
final class SockJsAnswers implements DownlinkAnswers {
  static final Disconnect INTERRUPTED = new Disconnect(1002, "Connection interrupted", true);
  static final byte[] ANOTHER =
      SockJsFraming.close(new Disconnect(2010, "Another connection still open", false));

  private final SockJsOptions options;

  SockJsAnswers(SockJsOptions options) {
    this.options = options;
  }

  @Override
  public void head(HttpServerRequest request, Envelope envelope) {
    Answers.head(request, envelope.contentType(), options.cookieNeeded());
    if (envelope.isStreaming()) {
      Answers.notBuffered(request.response());
    }
  }

  @Override
  public int streamingLimit() {
    return options.streamingLimit();
  }

  @Override
  public Optional<byte[]> streamEnd() {
    return Optional.ofNullable(options.streamEnd()).map(SockJsFraming::close);
  }

  @Override
  public byte[] nothing() {
    return SockJsFraming.heartbeat();
  }

  @Override
  public void refuse(SocketDownlink downlink) {
    end(downlink, ANOTHER);
  }

  @Override
  public void lost(SocketDownlink downlink) {
    end(downlink, SockJsFraming.close(INTERRUPTED));
  }

  private static void end(SocketDownlink downlink, byte[] frame) {
    downlink.start();
    downlink.last(frame);
  }
}
