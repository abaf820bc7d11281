package io.busbar.protocol.sockjs;

import io.busbar.hub.Disconnect;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What holds for one SockJS endpoint.
 *
 * @param transports those offered, by the names of SockJS: websocket, xhr-polling, xhr-streaming,
 *     eventsource, htmlfile, jsonp-polling
 * @param heartbeatMillis an idle transport hears an {@code h} this often
 * @param disconnectDelayMillis a session without a receiver lives on for this long
 * @param streamingLimit a streaming response ends after this many bytes
 * @param streamEnd the session's end, where it ends with a stream that comes to its limit; null
 *     where clients open the next stream, as those of SockJS do
 * @param cookieNeeded sets JSESSIONID, for load balancers that go by it
 * @param maxMessageSize bytes of one message; all in one request have sixteen times as many
 * @param libraryUrl where the iframe page finds the client library
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
  /** The same for clients that take the end of a stream for the end of their session. */
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
