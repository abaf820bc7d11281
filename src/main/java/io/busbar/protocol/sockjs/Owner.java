package io.busbar.protocol.sockjs;

import io.busbar.protocol.session.RequestOrigin;
import org.jspecify.annotations.Nullable;

/**
 * Whose session it is. Clients choose the ids of their sessions, so an id alone must not be enough:
 *
 * <ul>
 *   <li>Who opened it with a cookie must show that cookie.
 *   <li>Who opened it without was issued one. Once shown, it must always be shown.
 *   <li>Who has never shown one must come from the same address with the same User-Agent.
 * </ul>
 *
 * Any thread may ask.
 */
final class Owner {
  private static final long NONE = Long.MIN_VALUE;

  private final ClientCookie cookies;
  private final RequestOrigin opener;

  /** When the opener's cookie was issued, as far as it is young; see {@link ClientCookie}. */
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

  /** The cookie to give the opener; null when it has one. */
  @Nullable String cookieToIssue() {
    return opener.cookie() == null ? cookies.issue(opener, window) : null;
  }

  /** Whether the visitor may use the session. */
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
