package io.busbar.protocol.session;

import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/**
 * The responses of an endpoint, besides frames, to requests that wait for frames. Immutable; called
 * on the event loop of the request's connection.
 */
public interface DownlinkAnswers {
  /** Sets the headers of a response with frames. */
  void head(HttpServerRequest request, Envelope envelope);

  /** Returns the number of bytes after which a streaming response ends. */
  int streamingLimit();

  /** Returns the last frame at that limit; empty where the client opens the next stream. */
  default Optional<byte[]> streamEnd() {
    return Optional.empty();
  }

  /** Returns a frame without content, after which a client comes back at once. */
  byte[] nothing();

  /** Tells a client that another request of its own already waits. */
  void refuse(SocketDownlink downlink);

  /** Tells a client that its session is lost. */
  void lost(SocketDownlink downlink);
}
