package io.busbar.feature;

import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who is in the chat by HTTP. What the others are told of it, its session, is not what it
 * shows with each request, its id. It is its event loop's.
 */
final class ChatLogin {
  private static final String UUID_FORM = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final Pattern ID = Pattern.compile("(" + UUID_FORM + ")\\." + UUID_FORM);

  private final String id;
  private final String session = UUID.randomUUID().toString();
  private final @Nullable String user;
  private final @Nullable String socket;
  private long lastHeard = System.nanoTime();

  /**
   * A login with an id that nobody can guess.
   *
   * @param node where it is known
   * @param user the name that it logged in with; null for none
   * @param socket the id of a connection that it has with the gateway; null for none
   */
  ChatLogin(String node, @Nullable String user, @Nullable String socket) {
    this.id = node + "." + UUID.randomUUID();
    this.user = user;
    this.socket = socket;
  }

  /**
   * The node where the id is known.
   *
   * @throws Refusal where it is no id
   */
  static String node(String id) {
    Matcher matcher = ID.matcher(id);
    if (!matcher.matches()) {
      throw Refusal.noLogin();
    }
    return matcher.group(1);
  }

  String id() {
    return id;
  }

  String session() {
    return session;
  }

  @Nullable String user() {
    return user;
  }

  @Nullable String socket() {
    return socket;
  }

  /** It has said something, or its connection is there. */
  void heard() {
    lastHeard = System.nanoTime();
  }

  boolean isSilentFor(long nanos) {
    return System.nanoTime() - lastHeard >= nanos;
  }
}
