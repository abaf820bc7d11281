package io.busbar.feature;

import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client that has logged in to the chat by HTTP. Its id is secret and comes with each request.
 * Its session is another id, which the chat shows to other clients. Owned by the event loop of
 * {@link PusherChatVerticle}.
 */
final class ChatLogin {
  private static final String UUID_FORM = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final Pattern ID = Pattern.compile("(" + UUID_FORM + ")\\." + UUID_FORM);

  private final String id;
  private final String session = UUID.randomUUID().toString();
  private final @Nullable String user;
  private final @Nullable String socket;
  private long lastReceived = System.nanoTime();

  /**
   * Makes a login with an id that nobody can guess.
   *
   * @param node the node that has the login
   * @param user the name of the user who logged in; null for none
   * @param socket the id of the client's connection with the gateway; null for none
   */
  ChatLogin(String node, @Nullable String user, @Nullable String socket) {
    this.id = node + "." + UUID.randomUUID();
    this.user = user;
    this.socket = socket;
  }

  /**
   * Returns the node that has the login.
   *
   * @throws Refusal if the text is no id
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

  /** Records that the client has sent a request, or that its connection exists. */
  void received() {
    lastReceived = System.nanoTime();
  }

  boolean isSilentFor(long nanos) {
    return System.nanoTime() - lastReceived >= nanos;
  }
}
