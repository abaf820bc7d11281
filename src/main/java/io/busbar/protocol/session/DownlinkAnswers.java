package io.busbar.protocol.session;

import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/**
 * What an endpoint answers the requests that wait for frames with, beside the frames themselves.
 * Stateless; called on the loop of the request's connection.
 */
public interface DownlinkAnswers {
  /** Sets the headers of a response with frames. */
  void head(HttpServerRequest request, Envelope envelope);

  /** A streaming response ends after this many bytes. */
  int streamingLimit();

  /** The frame that it ends with then; empty where the client opens the next. */
  default Optional<byte[]> streamEnd() {
    return Optional.empty();
  }

  /** The frame that says nothing: whoever hears it comes back at once. */
  byte[] nothing();

  /** Tells a client that it asked while another request of its own waits. */
  void refuse(SocketDownlink downlink);

  /** Tells a client that its session is lost. */
  void lost(SocketDownlink downlink);
}
