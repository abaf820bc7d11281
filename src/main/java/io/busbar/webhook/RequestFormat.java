package io.busbar.webhook;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.RequestOptions;
import java.util.List;

/** The format and the signature of requests to an endpoint. Any thread may use it. */
interface RequestFormat {
  /**
   * Whether the endpoint gets such an event.
   *
   * @param channel empty for an event without a channel
   */
  boolean takes(String event, String channel);

  /**
   * The body of a request.
   *
   * @param timeMillis the time of the newest event, in milliseconds since 1970
   * @param events JSON, as they were kept
   */
  Buffer body(long timeMillis, List<String> events);

  /** Adds the signature to the request. */
  void sign(RequestOptions request, String id, Buffer body);
}
