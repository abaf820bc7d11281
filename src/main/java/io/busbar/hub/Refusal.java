package io.busbar.hub;

import io.busbar.config.Action;

/**
 * The refusals of the hub: a code (that of the Vert.x bridge, where it has one), a text, and
 * whether a retry may help.
 */
public enum Refusal {
  ACCESS_DENIED("access_denied", "access denied", false),
  /**
   * A rule refuses it. The stock bridge has this code for a veto of the application's own handler.
   */
  REJECTED("rejected", "access denied", false),
  NOT_LOGGED_IN("not_logged_in", "not logged in", false),
  ADDRESS_TOO_LONG("max_address_length_reached", "address is too long", false),
  ALREADY_SUBSCRIBED("address_already_registered", "already subscribed", false),
  TOO_MANY_SUBSCRIPTIONS("max_handlers_reached", "too many subscriptions", false),
  TOO_MANY_PATTERNS("max_patterns_reached", "too many patterns", false),
  MESSAGE_TOO_BIG("max_message_size_reached", "message is too big", false),
  TOO_MANY_MESSAGES("rate_limit_reached", "too many messages a second", true),
  BODY_NOT_ALLOWED("invalid_body", "body has a number that no message can hold", false),
  INFO_TOO_BIG("max_info_size_reached", "info is longer than 1024 bytes", false),
  FILTER_NOT_ALLOWED("filter_not_allowed", "a worker takes all requests, not some", false),
  REGISTRATION_FAILED("registration_failure", "the subscription failed", true),
  CLOSED("closed", "the session is closed", false);

  private final String code;
  private final String words;
  private final boolean retry;

  Refusal(String code, String words, boolean retry) {
    this.code = code;
    this.words = words;
    this.retry = retry;
  }

  public String code() {
    return code;
  }

  public String words() {
    return words;
  }

  /**
   * Returns the text for the client: {@code access denied: a (publish)}. It tells nothing about the
   * rules.
   */
  public String about(Action action, String address) {
    boolean ruled = this == ACCESS_DENIED || this == REJECTED || this == NOT_LOGGED_IN;
    return words + ": " + address + (ruled ? " (" + Permissions.word(action) + ")" : "");
  }

  /** Returns whether the same may succeed later. */
  public boolean retry() {
    return retry;
  }
}
