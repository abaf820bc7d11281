package io.busbar.protocol.sockjs;

import io.busbar.protocol.MessageProtocol;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The sessions over HTTP of one endpoint, whichever loops they live on. Any thread may use it. */
final class Sessions {
  private final ConcurrentMap<String, SockJsSession> byId = new ConcurrentHashMap<>();
  private final ClientCookie cookies = new ClientCookie();
  private final SockJsOptions options;
  private final MessageProtocol protocol;
  private final int most;

  Sessions(SockJsOptions options, MessageProtocol protocol, int most) {
    this.options = options;
    this.protocol = protocol;
    this.most = most;
  }

  /** The session, living or closed; null when there is none. */
  SockJsSession find(String id) {
    return byId.get(id);
  }

  int count() {
    return byId.size();
  }

  /** Whether some client does not know yet that its session is closed. */
  boolean oweGoodbyes() {
    return byId.values().stream().anyMatch(SockJsSession::owesGoodbye);
  }

  boolean isFull() {
    return byId.size() >= most;
  }

  /** Who will own what this visitor opens now. */
  Owner owner(Visitor visitor) {
    return new Owner(cookies, visitor);
  }

  /** Opens a session on the loop of its first downlink, which is the current one. */
  void open(String id, Owner owner, Downlink downlink) {
    SockJsSession fresh = new SockJsSession(id, owner, this, downlink.context().unwrap(), options);
    SockJsSession other = byId.putIfAbsent(id, fresh);
    if (other == null) {
      fresh.open(downlink, protocol, downlink.client());
    } else if (other.owner().accepts(downlink.visitor())) {
      other.bring(downlink);
    } else {
      downlink.abort();
    }
  }

  /** The session ended before it took the downlink: opens the next. */
  void again(String id, Downlink downlink) {
    downlink.here(
        () -> {
          if (!downlink.isGone()) {
            open(id, owner(downlink.visitor()), downlink);
          }
        });
  }

  void remove(SockJsSession session) {
    byId.remove(session.id(), session);
  }
}
