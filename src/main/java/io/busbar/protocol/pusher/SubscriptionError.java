package io.busbar.protocol.pusher;

import io.busbar.hub.Refusal;
import org.jspecify.annotations.Nullable;

/** The reasons for the failure of a subscription. */
enum SubscriptionError {
  NO_CHANNEL("InvalidChannel", 400, "no channel can be called so"),
  NO_DATA("InvalidData", 400, "the data of the subscription is not what it must be"),
  UNAUTHORISED("AuthError", 401, "the connection is unauthorised"),
  NO_SECRET(
      "AuthError",
      401,
      "the app has no secret: it has public channels only, and no cache channels"),
  DENIED("AuthError", 403, "access denied"),
  TOO_MANY_CHANNELS("LimitReached", 4100, "the connection has too many channels"),
  TOO_MANY_MEMBERS("LimitReached", 4100, "the channel has too many members"),
  FAILED("ServerError", 503, "the subscription failed");

  private final String type;
  private final int status;
  private final String words;

  SubscriptionError(String type, int status, String words) {
    this.type = type;
    this.status = status;
    this.words = words;
  }

  /**
   * Returns the reason for a refusal of the hub.
   *
   * @param refusal null for a failure
   */
  static SubscriptionError of(@Nullable Refusal refusal) {
    if (refusal == null) {
      return FAILED;
    }
    return switch (refusal) {
      case REGISTRATION_FAILED, CLOSED -> FAILED;
      case INFO_TOO_BIG, BODY_NOT_ALLOWED -> NO_DATA;
      case TOO_MANY_SUBSCRIPTIONS, TOO_MANY_PATTERNS -> TOO_MANY_CHANNELS;
      case ADDRESS_TOO_LONG -> NO_CHANNEL;
      default -> DENIED;
    };
  }

  String type() {
    return type;
  }

  int status() {
    return status;
  }

  String words() {
    return words;
  }
}
