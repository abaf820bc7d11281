package io.busbar.feature;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The logins of a node, by id and by connection. Owned by the event loop of {@link
 * PusherChatVerticle}.
 */
final class ChatLogins {
  private final String node;
  private final int most;
  private final Map<String, ChatLogin> logins = new HashMap<>();
  private final Map<String, Set<ChatLogin>> bySocket = new HashMap<>();

  /**
   * Makes an empty set of logins.
   *
   * @param node the prefix of the ids
   * @param most the largest number of logins
   */
  ChatLogins(String node, int most) {
    this.node = node;
    this.most = most;
  }

  /**
   * Adds a login.
   *
   * @throws Refusal if there are too many
   */
  ChatLogin add(String user, @Nullable String socket) {
    if (logins.size() >= most) {
      throw Refusal.fullChat();
    }
    ChatLogin login = new ChatLogin(node, user, socket);
    logins.put(login.id(), login);
    if (socket != null) {
      bySocket.computeIfAbsent(socket, its -> new HashSet<>()).add(login);
    }
    return login;
  }

  /**
   * Returns the login of that id.
   *
   * @throws Refusal if there is none
   */
  ChatLogin find(String id) {
    ChatLogin login = logins.get(id);
    if (login == null) {
      throw Refusal.loggedOut();
    }
    return login;
  }

  /** Removes a login; false if it was not there. */
  boolean remove(ChatLogin login) {
    Set<ChatLogin> others = login.socket() == null ? null : bySocket.get(login.socket());
    if (others != null && others.remove(login) && others.isEmpty()) {
      bySocket.remove(login.socket());
    }
    return logins.remove(login.id(), login);
  }

  List<ChatLogin> all() {
    return List.copyOf(logins.values());
  }

  /** The logins that belong to the connection. */
  List<ChatLogin> of(String socket) {
    return List.copyOf(bySocket.getOrDefault(socket, Set.of()));
  }

  /** The connections that belong to a login. */
  List<String> sockets() {
    return new ArrayList<>(bySocket.keySet());
  }
}
