package io.busbar.protocol.sockjs;

import io.busbar.hub.Disconnect;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of one SockJS endpoint.
 *
 * @param transports enabled transports by their SockJS names: websocket, xhr-polling,
 *     xhr-streaming, eventsource, htmlfile, jsonp-polling
 * @param heartbeatMillis idle time after which a transport sends an {@code h}, in milliseconds
 * @param disconnectDelayMillis time after which a session without a receiver ends, in milliseconds
 * @param streamingLimit bytes after which a streaming response ends
 * @param streamEnd close code when the session ends with a stream at its limit; null where clients
 *     open the next stream, as SockJS clients do
 * @param cookieNeeded whether to set JSESSIONID for sticky load balancers
 * @param maxMessageSize maximum size of a message in bytes; a request may have sixteen times as
 *     many
 * @param libraryUrl URL of the client library for the iframe page
 */
public record SockJsOptions(
    Set<String> transports,
    long heartbeatMillis,
    long disconnectDelayMillis,
    int streamingLimit,
    @Nullable Disconnect streamEnd,
    boolean cookieNeeded,
    int maxMessageSize,
    String libraryUrl) {
  /**
   * Returns the same options for clients that take the end of a stream as the end of the session.
   */
  public SockJsOptions endingWithStreams(Disconnect why) {
    return new SockJsOptions(
        transports,
        heartbeatMillis,
        disconnectDelayMillis,
        streamingLimit,
        why,
        cookieNeeded,
        maxMessageSize,
        libraryUrl);
  }
}
