package io.busbar.admin;

import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One message that a backend wants to publish or send, after all checks. Used by the admin
 * verticle's event loop.
 */
final class Publication {
  private static final Set<String> KEYS = Set.of("address", "body", "headers");
  private static final int MOST_AT_ONCE = 10_000;

  /** Prefixes of the addresses that only the gateway and Vert.x use. */
  private static final List<String> RESERVED = List.of("busbar.", "__vertx.");

  /** A fault of a request. Its message is for the caller, and the status is that of the answer. */
  static final class Fault extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    private Fault(int status, String what) {
      super(what, null, false, false);
      this.status = status;
    }

    int status() {
      return status;
    }

    /** Returns the sentence. There always is one. */
    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  private final String address;
  private final @Nullable Object body;
  private final @Nullable MultiMap headers;

  private Publication(String address, @Nullable Object body, @Nullable MultiMap headers) {
    this.address = address;
    this.body = body;
    this.headers = headers;
  }

  void publish(EventBus bus) {
    bus.publish(address, body, options());
  }

  void send(EventBus bus) {
    bus.send(address, body, options());
  }

  private DeliveryOptions options() {
    DeliveryOptions options = new DeliveryOptions();
    return headers == null ? options : options.setHeaders(headers);
  }

  /** Returns the messages of {@code {address, body, headers}}, or of an array of these. */
  static List<Publication> ofEnvelope(Buffer json, int addressLength) throws Fault {
    Object value = decode(json);
    if (value instanceof JsonObject one) {
      return List.of(ofObject(one, "", addressLength));
    }
    if (!(value instanceof JsonArray many)) {
      throw new Fault(400, "the body must be {\"address\": …, \"body\": …} or an array of such");
    }
    if (many.size() > MOST_AT_ONCE) {
      throw new Fault(413, "at most " + MOST_AT_ONCE + " messages go into one request");
    }
    List<Publication> all = new ArrayList<>();
    for (int i = 0; i < many.size(); i++) {
      String where = "[" + i + "]";
      if (!(many.getValue(i) instanceof JsonObject one)) {
        throw new Fault(400, where + " must be {\"address\": …, \"body\": …}");
      }
      all.add(ofObject(one, where + ".", addressLength));
    }
    return all;
  }

  /**
   * Returns the message whose body is the whole body of the request.
   *
   * @param type content type, which decides the kind of payload; null for none
   */
  static Publication ofRaw(String address, @Nullable String type, Buffer raw, int addressLength)
      throws Fault {
    checkAddress("address", address, addressLength);
    String essence = essence(type);
    Object body;
    if (essence.equals("application/json")) {
      body = payload("the body", decode(raw));
    } else if (essence.startsWith("text/")) {
      body = raw.toString();
    } else if (essence.isEmpty()
        || essence.equals("application/x-www-form-urlencoded")
        || essence.startsWith("multipart/")) {
      throw unsupported();
    } else {
      body = raw;
    }
    return new Publication(address, body, null);
  }

  /** Returns the content type in lower case, without its parameters; empty for none. */
  static String essence(@Nullable String contentType) {
    return contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  static Fault unsupported() {
    return new Fault(
        415,
        "say what the body is: Content-Type: application/json, or with ?address= also text/plain"
            + " or application/octet-stream");
  }

  private static Publication ofObject(JsonObject object, String where, int addressLength)
      throws Fault {
    for (String key : object.fieldNames()) {
      if (!KEYS.contains(key)) {
        throw new Fault(400, where + key + " is not a known key; known are address, body, headers");
      }
    }
    if (!(object.getValue("address") instanceof String address)) {
      throw new Fault(400, where + "address must be a string");
    }
    checkAddress(where + "address", address, addressLength);
    Object body = payload(where + "body", object.getValue("body"));
    return new Publication(address, body, headers(where, object.getValue("headers")));
  }

  private static @Nullable MultiMap headers(String where, @Nullable Object given) throws Fault {
    if (given == null) {
      return null;
    }
    if (!(given instanceof JsonObject object)) {
      throw new Fault(400, where + "headers must be an object");
    }
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (Map.Entry<String, Object> header : object) {
      if (!(header.getValue() instanceof String value)) {
        throw new Fault(400, where + "headers." + header.getKey() + " must be a string");
      }
      headers.add(header.getKey(), value);
    }
    // These headers say which client has sent a message, and a backend is no client.
    return Hub.withoutIdentity(headers);
  }

  private static void checkAddress(String where, String address, int longest) throws Fault {
    if (address.isEmpty() || address.length() > longest) {
      throw new Fault(400, where + " must have 1 to " + longest + " characters");
    }
    for (String prefix : RESERVED) {
      if (address.startsWith(prefix)) {
        throw new Fault(400, where + " must not begin with " + prefix + ": that is the gateway's");
      }
    }
  }

  private static @Nullable Object payload(String where, @Nullable Object value) throws Fault {
    if (!Payload.json(value).isFinite()) {
      throw new Fault(400, where + " has a number that no message can hold");
    }
    return value;
  }

  private static @Nullable Object decode(Buffer json) throws Fault {
    try {
      return Json.decodeValue(json);
    } catch (DecodeException e) {
      throw new Fault(400, "the body is not JSON");
    }
  }
}
