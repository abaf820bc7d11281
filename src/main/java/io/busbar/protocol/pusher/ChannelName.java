package io.busbar.protocol.pusher;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a channel, whose prefix determines who may subscribe and what the channel has.
 *
 * @param name with its prefix
 * @param isCache whether a new subscriber gets the last event
 */
record ChannelName(String name, Kind kind, boolean isCache) {
  static final int MOST_CHARACTERS = 164;

  private static final String TO_USER = "#server-to-user-";
  private static final String ENCRYPTED = "private-encrypted-";
  private static final String PRIVATE = "private-";
  private static final String PRESENCE = "presence-";
  private static final String CACHE = "cache-";
  private static final Pattern CHARACTERS = Pattern.compile("[A-Za-z0-9_\\-=@,.;]+");

  /** Who may subscribe to a channel. */
  enum Kind {
    /** Clients that may listen to its address. */
    PUBLIC,
    /** Clients that the app's backend has authorised. */
    PRIVATE,
    /** The same, with events that only the app's own clients can decrypt. */
    ENCRYPTED,
    /** The same, and members are told about each other. */
    PRESENCE,
    /** The user who has signed in. */
    USER
  }

  /** Returns the channel of that name; null for an invalid name. */
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

  /** Returns whether its clients may get the number of subscribers. */
  boolean isCounted() {
    return !hasPresence() && user() == null;
  }

  /** Returns the name of the channel of that user. */
  static String toUser(String user) {
    return TO_USER + user;
  }

  /** Returns whether the id is valid for a user. */
  static boolean isUser(String user) {
    return user.length() + TO_USER.length() <= MOST_CHARACTERS
        && CHARACTERS.matcher(user).matches();
  }

  /** Returns the user whose channel it is; null for none. */
  @Nullable String user() {
    return kind == Kind.USER ? name.substring(TO_USER.length()) : null;
  }

  /** Returns whether all its subscribers need an authorisation of the app's backend. */
  boolean isSigned() {
    return kind != Kind.PUBLIC && kind != Kind.USER;
  }

  /**
   * Returns whether an app without a secret cannot have such a channel. Such an app makes no
   * streams either, so its presence in every gateway costs nothing.
   */
  boolean needsSecret() {
    return kind != Kind.PUBLIC || isCache;
  }

  boolean hasPresence() {
    return kind == Kind.PRESENCE;
  }

  /**
   * Returns whether its members may send events to each other, because the backend has authorised
   * them.
   */
  boolean takesClientEvents() {
    return kind == Kind.PRIVATE || kind == Kind.PRESENCE;
  }
}
