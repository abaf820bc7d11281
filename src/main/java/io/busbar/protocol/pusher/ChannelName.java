package io.busbar.protocol.pusher;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a channel, whose beginning says who may listen and what there is to hear.
 *
 * @param name with its prefix
 * @param isCache whether who comes hears the last event
 */
record ChannelName(String name, Kind kind, boolean isCache) {
  static final int MOST_CHARACTERS = 164;

  private static final String TO_USER = "#server-to-user-";
  private static final String ENCRYPTED = "private-encrypted-";
  private static final String PRIVATE = "private-";
  private static final String PRESENCE = "presence-";
  private static final String CACHE = "cache-";
  private static final Pattern CHARACTERS = Pattern.compile("[A-Za-z0-9_\\-=@,.;]+");

  /** Who may listen. */
  enum Kind {
    /** Who may listen to its address. */
    PUBLIC,
    /** Whom the app's backend has let in. */
    PRIVATE,
    /** The same; only the app's own clients can read what is said there. */
    ENCRYPTED,
    /** The same; others are told who is there. */
    PRESENCE,
    /** The user who signed in. */
    USER
  }

  /** The channel of that name; null where no channel can be called so. */
  static @Nullable ChannelName of(String name) {
    if (name.length() > MOST_CHARACTERS) {
      return null;
    }
    if (name.startsWith(TO_USER)) {
      String user = name.substring(TO_USER.length());
      return isUser(user) ? new ChannelName(name, Kind.USER, false) : null;
    }
    if (!CHARACTERS.matcher(name).matches()) {
      return null;
    }
    Kind kind = kind(name);
    return new ChannelName(name, kind, name.startsWith(CACHE, prefix(kind).length()));
  }

  private static Kind kind(String name) {
    if (name.startsWith(ENCRYPTED)) {
      return Kind.ENCRYPTED;
    }
    if (name.startsWith(PRIVATE)) {
      return Kind.PRIVATE;
    }
    return name.startsWith(PRESENCE) ? Kind.PRESENCE : Kind.PUBLIC;
  }

  private static String prefix(Kind kind) {
    return switch (kind) {
      case ENCRYPTED -> ENCRYPTED;
      case PRIVATE -> PRIVATE;
      case PRESENCE -> PRESENCE;
      case USER -> TO_USER;
      case PUBLIC -> "";
    };
  }

  /** Whether it is told how many listen. */
  boolean isCounted() {
    return !hasPresence() && user() == null;
  }

  /** What is said to that user, and nobody else. */
  static String toUser(String user) {
    return TO_USER + user;
  }

  /** Whether a user can be called so. */
  static boolean isUser(String user) {
    return user.length() + TO_USER.length() <= MOST_CHARACTERS
        && CHARACTERS.matcher(user).matches();
  }

  /** The user whose channel it is; null for none. */
  @Nullable String user() {
    return kind == Kind.USER ? name.substring(TO_USER.length()) : null;
  }

  /** Whether nobody listens whom the app's backend has not let in. */
  boolean isSigned() {
    return kind != Kind.PUBLIC && kind != Kind.USER;
  }

  /**
   * Whether an app without a secret has none of that kind. Its names make no streams either: an app
   * that is there in every gateway costs those nothing who use none.
   */
  boolean needsSecret() {
    return kind != Kind.PUBLIC || isCache;
  }

  boolean hasPresence() {
    return kind == Kind.PRESENCE;
  }

  /** Whether its listeners may speak to each other: the backend has let them in. */
  boolean takesClientEvents() {
    return kind == Kind.PRIVATE || kind == Kind.PRESENCE;
  }
}
