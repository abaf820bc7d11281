package io.busbar.protocol.sockjs;

import io.busbar.protocol.session.RequestOrigin;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may use a session. Clients choose the ids of their sessions, so an id is no proof of
 * identity:
 *
 * <ul>
 *   <li>A client that opened the session with a cookie must send that cookie.
 *   <li>A client that opened it without a cookie gets one. Once it has sent it, it must always send
 *       it.
 *   <li>Until then it must have the same address and the same User-Agent.
 * </ul>
 *
 * Any thread may use it.
 */
final class Owner {
  private static final long NONE = Long.MIN_VALUE;

  private final ClientCookie cookies;
  private final RequestOrigin opener;

  /** The time window in which the client got its cookie, if recently; see {@link ClientCookie}. */
  private final long window;

  private volatile @Nullable String bound;

  Owner(ClientCookie cookies, RequestOrigin opener) {
    this.cookies = cookies;
    this.opener = opener;
    this.bound = opener.cookie();
    long now = ClientCookie.window();
    boolean young = bound == null || cookies.isFrom(opener, now, bound);
    this.window = young ? now : NONE;
  }

  /** Returns the cookie for the client that opens the session; null when it has one. */
  @Nullable String cookieToIssue() {
    return opener.cookie() == null ? cookies.issue(opener, window) : null;
  }

  /** Returns whether a request of that origin may use the session. */
  boolean accepts(RequestOrigin origin) {
    String cookie = origin.cookie();
    if (cookie != null) {
      if (bound != null && ClientCookie.same(bound, cookie)) {
        return true;
      }
      if (window != NONE && cookies.isFrom(opener, window, cookie)) {
        bound = bound == null ? cookie : bound;
        return true;
      }
    }
    return bound == null && opener.looksLike(origin);
  }
}
