package io.busbar.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path bound to a feature: a plain WebSocket at the path, SockJS below it.
 *
 * @param address address of the feature
 * @param channel channel that clients are subscribed to; empty for none
 * @param websocket whether a plain WebSocket may connect; null for yes
 * @param engineio whether clients of Engine.IO may connect; null for no
 * @param transports offered SockJS transports, from {@link #TRANSPORTS}; empty for all
 * @param heartbeat null for sockjs.heartbeat; the next three have their defaults there, too
 * @param messageSize null for limits.message-size
 */
public record ServiceConfig(
    String path,
    String address,
    @MayBeAbsent String channel,
    @MayBeAbsent Boolean websocket,
    @MayBeAbsent Boolean engineio,
    @MayBeAbsent List<String> transports,
    @MayBeAbsent @Nullable Duration heartbeat,
    @MayBeAbsent @Nullable Size streamingLimit,
    @MayBeAbsent @Nullable Boolean cookieNeeded,
    @MayBeAbsent @Nullable Size messageSize) {
  /** The transports of SockJS, by the names of its client. */
  public static final List<String> TRANSPORTS =
      List.of(
          "websocket", "xhr-streaming", "eventsource", "htmlfile", "xhr-polling", "jsonp-polling");

  public ServiceConfig {
    Checks.path("path", path);
    Checks.text("address", address);
    channel = channel == null ? "" : channel;
    websocket = websocket == null || websocket;
    engineio = engineio != null && engineio;
    transports = transports == null ? List.of() : List.copyOf(transports);
    for (int i = 0; i < transports.size(); i++) {
      Checks.oneOf("transports[" + i + "]", transports.get(i), TRANSPORTS);
    }
    if (heartbeat != null) {
      Checks.positive("heartbeat", heartbeat);
    }
    if (streamingLimit != null) {
      Checks.between("streaming-limit", streamingLimit, 1024, 1 << 30);
    }
    if (messageSize != null) {
      Checks.between("message-size", messageSize, 128, 64 << 20);
    }
  }

  /** Returns a service with defaults for everything else. */
  public static ServiceConfig of(String path, String address, String channel) {
    return new ServiceConfig(
        path, address, channel, true, false, List.of(), null, null, null, null);
  }

  /** Returns the paths of the features in the jar. */
  static List<ServiceConfig> shipped() {
    return List.of(
        of("/echo", "echo", ""), of("/chat", "chat", "chat.room"), of("/stocks", "stocks", ""));
  }
}
