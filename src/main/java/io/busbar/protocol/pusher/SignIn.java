package io.busbar.protocol.pusher;

import io.busbar.hub.Session;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The user of a client, set once from data that the app's backend has signed. Owned by the
 * session's event loop.
 */
final class SignIn {
  /** Key under which a session attends its user's channel; it is not a valid channel name. */
  private static final String ONLINE = " online";

  private final PusherNode node;
  private final PusherApp app;
  private final Session session;

  /** Null without a watchlist, which is usual. */
  private @Nullable Watchlist watchlist;

  private @Nullable PusherUser user;

  SignIn(PusherNode node, PusherApp app, Session session) {
    this.node = node;
    this.app = app;
    this.session = session;
  }

  /** Returns the user who has signed in; null for none. */
  @Nullable PusherUser user() {
    return user;
  }

  /** Answers {@code pusher:signin}. */
  void signIn(JsonObject data) throws PusherException {
    if (user != null) {
      throw new PusherException(PusherException.INVALID, "a connection signs in once");
    }
    String auth = data.getValue("auth") instanceof String text ? text : null;
    String userData = data.getValue("user_data") instanceof String text ? text : "";
    PusherUser signedIn =
        app.signatures().areOfUser(auth, session.id(), userData)
            ? PusherUser.ofConnection(userData)
            : null;
    if (signedIn == null) {
      session.close(PusherDisconnects.UNAUTHORISED);
      return;
    }
    user = signedIn;
    node.users().add(app.id(), signedIn.id(), session);
    session.write(ServerEvents.signedIn(userData));
    String own = app.address(ChannelName.toUser(signedIn.id()));
    node.hub().attend(session, ONLINE, own, signedIn.id(), null);
    watch(EventData.read(userData) instanceof JsonObject user ? user.getValue("watchlist") : null);
  }

  private void watch(@Nullable Object list) throws PusherException {
    Set<String> users = new LinkedHashSet<>();
    boolean all = true;
    for (Object each : list instanceof JsonArray array ? array : new JsonArray()) {
      boolean fits = each instanceof String id && ChannelName.isUser(id);
      if (fits && users.size() < Watchlist.MOST) {
        users.add((String) each);
      }
      all &= fits && users.contains(each);
    }
    if (!users.isEmpty()) {
      Watchlist watched = new Watchlist(node.rosters(), app, session);
      watchlist = watched;
      watched.watch(users);
    }
    if (!all) {
      throw new PusherException(
          PusherException.WATCHLIST, "a watchlist is " + Watchlist.MOST + " ids of users at most");
    }
  }

  /** Ends the sign-in, because the client is gone. */
  void end() {
    if (user != null) {
      node.users().remove(app.id(), user.id(), session);
    }
    if (watchlist != null) {
      watchlist.end();
    }
  }
}
