package io.busbar.protocol.sse;

import io.busbar.hub.AddressPattern;
import io.busbar.hub.Payload;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request for a stream. Unknown parameters are ignored.
 *
 * @param channels addresses and patterns in their order, without duplicates
 * @param lastId id of the last event that the client has; null for none
 * @param info about the client for those who ask who listens; null for none
 */
record StreamQuery(
    Set<String> channels, EventFormat format, @Nullable String lastId, @Nullable Payload info) {
  private static final String LAST_ID = "Last-Event-ID";

  /** Reads {@code ?channel=a&channel=b&format=envelope}. */
  static StreamQuery of(HttpServerRequest request) throws SseException {
    MultiMap query = request.params(true);
    Set<String> channels = new LinkedHashSet<>(query.getAll("channel"));
    if (channels.isEmpty() || channels.contains("")) {
      throw SseException.bad("?channel= names what to listen to; it may be there several times");
    }
    String format = query.get("format");
    EventFormat known = format == null ? EventFormat.PLAIN : EventFormat.named(format);
    if (known == null) {
      throw SseException.bad("?format= is plain, channel or envelope");
    }
    // The header of a reconnecting client is newer than the parameter in its URL.
    String header = request.getHeader(LAST_ID);
    String id = header == null ? query.get("lastEventId") : header;
    return new StreamQuery(channels, known, id, info(query.get("info")));
  }

  private static @Nullable Payload info(@Nullable String info) throws SseException {
    try {
      return info == null ? null : Payload.json(Json.decodeValue(info));
    } catch (DecodeException e) {
      throw SseException.bad("?info= is JSON");
    }
  }

  /** Returns the channels that are not patterns. */
  Stream<String> addresses() {
    return channels.stream().filter(channel -> !AddressPattern.isPattern(channel));
  }
}
