package io.busbar.webhook;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.RequestOptions;
import java.util.List;

/** How an endpoint is told of events. Any thread may use it. */
interface Form {
  /**
   * Whether it is told of such an event.
   *
   * @param channel empty for an event of none
   */
  boolean takes(String event, String channel);

  /**
   * What one request says.
   *
   * @param timeMillis of the newest event, since 1970
   * @param events JSON, as they were kept
   */
  Buffer body(long timeMillis, List<String> events);

  /** Adds what proves who sends. */
  void sign(RequestOptions request, String id, Buffer body);
}
