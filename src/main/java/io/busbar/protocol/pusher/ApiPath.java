package io.busbar.protocol.pusher;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The path of an API request: {@code /apps/{app}/{what}}, {@code /apps/{app}/{what}/{argument}}, or
 * the latter with one more segment.
 *
 * @param app id of the app
 * @param operation null for an unknown path
 * @param argument the channel or the user; null for none
 */
record ApiPath(String app, @Nullable Operation operation, @Nullable String argument) {
  private static final int MOST_PARTS = 4;

  /** The operations of the API. */
  enum Operation {
    EVENTS("POST"),
    BATCH_EVENTS("POST"),
    CHANNELS("GET"),
    CHANNEL("GET"),
    USERS("GET"),
    TERMINATE("POST");

    private final String method;

    Operation(String method) {
      this.method = method;
    }

    String method() {
      return method;
    }

    boolean hasBody() {
      return method.equals("POST");
    }
  }

  /**
   * Reads a path in its encoded form.
   *
   * @param path after the path of the API, with its slash
   */
  static ApiPath of(String path) {
    String[] parts = path.split("/", MOST_PARTS + 2);
    String app = parts.length > 1 ? parts[1] : "";
    return switch (parts.length - 1) {
      case 2 -> new ApiPath(app, alone(parts[2]), null);
      case 3 ->
          new ApiPath(
              app, parts[2].equals("channels") ? Operation.CHANNEL : null, argument(parts[3]));
      case MOST_PARTS -> new ApiPath(app, with(parts[2], parts[4]), argument(parts[3]));
      default -> new ApiPath(app, null, null);
    };
  }

  /** Returns the channel or the user; empty where the path names none. */
  String named() {
    return argument == null ? "" : argument;
  }

  private static @Nullable Operation alone(String what) {
    return switch (what) {
      case "events" -> Operation.EVENTS;
      case "batch_events" -> Operation.BATCH_EVENTS;
      case "channels" -> Operation.CHANNELS;
      default -> null;
    };
  }

  private static @Nullable Operation with(String what, String behind) {
    if (what.equals("channels") && behind.equals("users")) {
      return Operation.USERS;
    }
    boolean end = what.equals("users") && behind.equals("terminate_connections");
    return end ? Operation.TERMINATE : null;
  }

  private static String argument(String part) {
    return decoded(part);
  }

  /** Decodes a path, in which plus signs are literal. */
  static String decoded(String path) {
    return path.indexOf('%') < 0
        ? path
        : URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
