package io.busbar.protocol.sockjs;

import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.session.RequestOrigin;
import io.busbar.protocol.session.SocketDownlink;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The HTTP sessions of one endpoint on all event loops. Any thread may use it. */
final class Sessions {
  private final ConcurrentMap<String, SockJsSession> byId = new ConcurrentHashMap<>();
  private final ClientCookie cookies;
  private final SockJsOptions options;
  private final MessageProtocol protocol;
  private final int most;

  Sessions(SockJsOptions options, MessageProtocol protocol, int most, ClientCookie cookies) {
    this.cookies = cookies;
    this.options = options;
    this.protocol = protocol;
    this.most = most;
  }

  /** Returns the session, open or closed; null for none. */
  @Nullable SockJsSession find(String id) {
    return byId.get(id);
  }

  int count() {
    return byId.size();
  }

  /** Returns whether some client has yet to fetch the close frame of its session. */
  boolean awaitCloseNotification() {
    return byId.values().stream().anyMatch(SockJsSession::awaitsCloseNotification);
  }

  boolean isFull() {
    return byId.size() >= most;
  }

  /** Returns the owner of a session that a request of this origin opens. */
  Owner owner(RequestOrigin origin) {
    return new Owner(cookies, origin);
  }

  /**
   * Opens a session on the event loop of its first downlink, which is the current one.
   *
   * @param registration registration of its id; null without a cluster
   */
  void open(
      String id, Owner owner, @Nullable SessionRegistration registration, SocketDownlink downlink) {
    SockJsSession fresh =
        new SockJsSession(id, owner, registration, this, downlink.context().unwrap(), options);
    SockJsSession other = byId.putIfAbsent(id, fresh);
    if (other == null) {
      fresh.open(downlink, protocol, downlink.client("sockjs"));
      return;
    }
    if (registration != null) {
      registration.release();
    }
    if (other.accepts(downlink.origin())) {
      other.bring(downlink);
    } else {
      downlink.abort();
    }
  }

  void remove(SockJsSession session) {
    byId.remove(session.id(), session);
  }
}
