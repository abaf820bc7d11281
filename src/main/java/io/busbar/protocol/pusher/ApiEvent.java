package io.busbar.protocol.pusher;

import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An event that a backend publishes, validated.
 *
 * @param channels without duplicates
 * @param data as the clients get it
 * @param socketId of the connection that must not get it; null for none
 * @param info requested attributes of the channels
 */
record ApiEvent(
    String name,
    List<ChannelName> channels,
    String data,
    @Nullable String socketId,
    Set<ApiInfo> info) {
  static final int MOST_CHANNELS = 100;
  static final int MOST_IN_BATCH = 10;

  private static final int MOST_NAME = 200;
  private static final int MOST_SOCKET_ID = 64;

  /** Maximum number of bytes that one byte of the data takes in the body when it is escaped. */
  private static final int ESCAPED = 6;

  /** Maximum size of the rest of the body in bytes: the name, all channels, their quotes. */
  private static final int BESIDE = 32 << 10;

  /**
   * Returns the maximum size of a body in bytes.
   *
   * @param batch whether it is a batch of events
   */
  static int mostBytes(PusherApp app, boolean batch) {
    long one = app.limits().eventSize().bytes() * ESCAPED + BESIDE;
    return (int) Math.min(Integer.MAX_VALUE, batch ? one * MOST_IN_BATCH : one);
  }

  /** Reads the body of {@code /events}. */
  static ApiEvent ofBody(PusherApp app, Buffer body) throws ApiException {
    return of(app, object(body), "");
  }

  /** Reads the body of {@code /batch_events}. */
  static List<ApiEvent> ofBatch(PusherApp app, Buffer body) throws ApiException {
    if (!(object(body).getValue("batch") instanceof JsonArray batch)) {
      throw ApiException.bad("batch must be an array of events");
    }
    if (batch.size() > MOST_IN_BATCH) {
      throw ApiException.bad("batch has more than " + MOST_IN_BATCH + " events");
    }
    List<ApiEvent> events = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      String where = "batch[" + i + "].";
      if (!(batch.getValue(i) instanceof JsonObject event)) {
        throw ApiException.bad("batch[" + i + "] must be an event");
      }
      if (event.containsKey("channels")) {
        throw ApiException.bad(where + "channels: an event of a batch has one channel");
      }
      events.add(of(app, event, where));
    }
    return events;
  }

  private static JsonObject object(Buffer body) throws ApiException {
    try {
      if (Json.decodeValue(body) instanceof JsonObject object) {
        return object;
      }
    } catch (DecodeException e) {
      // The error below covers malformed JSON, too.
    }
    throw ApiException.bad("The body must be a JSON object");
  }

  private static ApiEvent of(PusherApp app, JsonObject event, String where) throws ApiException {
    return new ApiEvent(
        name(event.getValue("name"), where),
        channels(app, event, where),
        data(app, event.getValue("data"), where),
        socketId(event.getValue("socket_id"), where),
        info(event.getValue("info"), where));
  }

  private static String name(Object given, String where) throws ApiException {
    if (!(given instanceof String name) || name.isEmpty()) {
      throw ApiException.bad(where + "name must be a string, and not empty");
    }
    if (name.length() > MOST_NAME) {
      throw ApiException.bad(where + "name is longer than " + MOST_NAME + " characters");
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw ApiException.bad(where + "name has a control character");
    }
    if (PusherEvent.isReserved(name)) {
      throw ApiException.bad(where + "name must not begin with pusher: or pusher_internal:");
    }
    return name;
  }

  private static List<ChannelName> channels(PusherApp app, JsonObject event, String where)
      throws ApiException {
    Object many = event.getValue("channels");
    if (many == null) {
      return List.of(channel(app, event.getValue("channel"), where + "channel"));
    }
    if (!(many instanceof JsonArray names) || names.isEmpty()) {
      throw ApiException.bad(where + "channels must be an array of names");
    }
    if (names.size() > MOST_CHANNELS) {
      throw ApiException.bad(where + "channels are more than " + MOST_CHANNELS);
    }
    if (names.size() == 1) {
      return List.of(channel(app, names.getValue(0), where + "channels[0]"));
    }
    Set<ChannelName> channels = new LinkedHashSet<>();
    for (int i = 0; i < names.size(); i++) {
      channels.add(channel(app, names.getValue(i), where + "channels[" + i + "]"));
    }
    return List.copyOf(channels);
  }

  private static ChannelName channel(PusherApp app, Object given, String where)
      throws ApiException {
    ChannelName channel = given instanceof String name ? ChannelName.of(name) : null;
    if (channel == null) {
      throw ApiException.bad(where + " is not the name of a channel");
    }
    if (!app.mayPublish(channel.name())) {
      throw ApiException.bad(where + " is the gateway's own");
    }
    return channel;
  }

  private static String data(PusherApp app, @Nullable Object given, String where)
      throws ApiException {
    if (given == null) {
      throw ApiException.bad(where + "data is missing");
    }
    String data = given instanceof String text ? text : Json.encode(given);
    long most = app.limits().eventSize().bytes();
    if (data.length() > most || ByteBufUtil.utf8Bytes(data) > most) {
      throw new ApiException(
          413, "The data content of this event exceeds the allowed maximum (" + most + " bytes)");
    }
    return data;
  }

  private static @Nullable String socketId(@Nullable Object given, String where)
      throws ApiException {
    if (given == null) {
      return null;
    }
    if (given instanceof String id && id.length() <= MOST_SOCKET_ID && isSocketId(id)) {
      return id;
    }
    throw ApiException.bad(where + "socket_id must be like 123.456");
  }

  /** Returns whether the text is digits, a dot, and digits. */
  private static boolean isSocketId(String id) {
    int dot = id.indexOf('.');
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (i != dot && (c < '0' || c > '9')) {
        return false;
      }
    }
    return dot > 0 && dot < id.length() - 1;
  }

  private static Set<ApiInfo> info(@Nullable Object given, String where) throws ApiException {
    if (given != null && !(given instanceof String)) {
      throw ApiException.bad(where + "info must be a string");
    }
    return ApiInfo.of((String) given);
  }
}
