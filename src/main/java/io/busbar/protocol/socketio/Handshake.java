package io.busbar.protocol.socketio;

import io.busbar.hub.Principal;
import io.busbar.protocol.Logins;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the data with which a client enters a namespace. */
final class Handshake {
  private static final String TOKEN = "token";
  private static final String USER = "username";
  private static final String PASSWORD = "password";

  private Handshake() {}

  /** Returns the payload, or for protocol 4, which has none, the query of the namespace. */
  static JsonObject auth(SocketPacket packet) {
    if (packet.data() instanceof JsonObject auth) {
      return auth;
    }
    JsonObject auth = new JsonObject();
    if (packet.query() != null) {
      new QueryStringDecoder(packet.query(), false)
          .parameters()
          .forEach((name, values) -> auth.put(name, values.get(0)));
    }
    return auth;
  }

  /** Returns the data for a feature, without what served to log in. */
  static JsonObject withoutSecrets(JsonObject auth) {
    JsonObject rest = auth.copy();
    rest.remove(TOKEN);
    rest.remove(PASSWORD);
    return rest;
  }

  /**
   * Will return the identity; null where the client has no credentials, or none of an enabled kind.
   *
   * @param address host of the client
   */
  static @Nullable Future<Principal> login(Logins logins, JsonObject auth, String address) {
    if (logins.takesTokens() && auth.getValue(TOKEN) instanceof String token) {
      return logins.token(token, address);
    }
    return logins.takesPasswords()
            && auth.getValue(USER) instanceof String user
            && auth.getValue(PASSWORD) instanceof String password
        ? logins.password(user, password, address)
        : null;
  }

  /**
   * Returns the values of the array as the bus has them: arrays and objects in JSON types, and
   * bytes unchanged.
   */
  static List<Object> list(JsonArray array) {
    List<Object> values = new ArrayList<>(array.size());
    for (Object value : array.getList()) {
      values.add(onBus(value));
    }
    return values;
  }

  @SuppressWarnings("unchecked")
  private static Object onBus(Object value) {
    if (value instanceof Map<?, ?> map) {
      return new JsonObject((Map<String, Object>) map);
    }
    return value instanceof List<?> list ? new JsonArray(list) : value;
  }
}
