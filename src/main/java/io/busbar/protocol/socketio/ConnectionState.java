package io.busbar.protocol.socketio;

import io.busbar.hub.Hub;
import io.busbar.hub.Position;
import io.busbar.hub.Session;
import io.busbar.hub.Since;
import io.busbar.hub.StreamPage;
import io.busbar.hub.StreamStart;
import io.busbar.hub.StreamStartRequest;
import io.busbar.hub.Subscription;
import io.busbar.hub.SubscriptionRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Connection state recovery of one client in the bus namespace. Its subscriptions are kept when the
 * connection is lost. The client comes back with its secret ({@code pid}) and the offset of its
 * last event. It then has its old id and gets all missed events.
 *
 * <p>It is all or nothing: a client with a subscription to a channel without a history is not
 * recovered. Owned by the session's event loop.
 */
final class ConnectionState {
  private static final Pattern OFFSET = Pattern.compile("([^:]{1,64}):(\\d{1,15})");
  private static final int MOST_CHANNELS = 64;
  private static final int MOST_SECRET = 64;

  private final Hub hub;
  private final Session session;
  private final String namespace;
  private final RecoveryStates recoveries;
  private final Vertx vertx = ContextInternal.current().owner();
  private final Journal journal;
  private final String id;
  private final String secret;

  private ConnectionState(
      Hub hub,
      Session session,
      String namespace,
      RecoveryStates recoveries,
      String id,
      String secret,
      Journal journal) {
    this.hub = hub;
    this.session = session;
    this.namespace = namespace;
    this.recoveries = recoveries;
    this.id = id;
    this.secret = secret;
    this.journal = journal;
    session.journal(journal);
  }

  /**
   * Will return the state that the client comes back to. Null for a new client, or when some missed
   * events are gone.
   */
  static Future<@Nullable Recovered> find(
      Hub hub, Session session, String namespace, RecoveryStates recoveries, JsonObject auth) {
    if (!(auth.getValue("pid") instanceof String pid) || pid.length() > MOST_SECRET) {
      return Future.succeededFuture();
    }
    Vertx vertx = ContextInternal.current().owner();
    return session.here(
        recoveries
            .take(vertx, pid)
            .compose(kept -> check(hub, session, namespace, pid, kept, auth.getValue("offset"))));
  }

  /** The state that a client comes back to. */
  record Recovered(String id, String secret, Map<String, Position> places) {}

  private static Future<Recovered> check(
      Hub hub,
      Session session,
      String namespace,
      String pid,
      @Nullable JsonObject kept,
      Object offset) {
    if (kept == null
        || !namespace.equals(kept.getString("namespace"))
        || !String.valueOf(session.user()).equals(kept.getString("user"))) {
      return Future.succeededFuture();
    }
    Matcher last = OFFSET.matcher(offset instanceof String text ? text : "");
    Position had =
        last.matches() ? new Position(last.group(1), Long.parseLong(last.group(2))) : null;
    Map<String, Position> places = Journal.read(kept.getJsonObject("journal")).after(had);
    if (places == null) {
      return Future.succeededFuture();
    }
    List<Future<StreamPage>> pages = new ArrayList<>();
    for (Map.Entry<String, Position> place : places.entrySet()) {
      if (!hub.maySubscribe(session, place.getKey()) || hub.history() == null) {
        return Future.succeededFuture();
      }
      pages.add(hub.history().read(place.getKey(), Since.after(place.getValue()), 0));
    }
    return Future.all(pages)
        .map(
            all ->
                pages.stream().allMatch(page -> page.result().lost() == null)
                    ? new Recovered(kept.getString("id"), pid, places)
                    : null);
  }

  /**
   * Creates the state of a client.
   *
   * @param back the state that it comes back to; null for a new client
   */
  static ConnectionState of(
      Hub hub,
      Session session,
      String namespace,
      RecoveryStates recoveries,
      @Nullable Recovered back) {
    String id = back == null ? session.id() : back.id();
    String secret = back == null ? UUID.randomUUID().toString() : back.secret();
    return new ConnectionState(hub, session, namespace, recoveries, id, secret, new Journal());
  }

  /** Returns the id that the client has in its namespace. */
  String id() {
    return id;
  }

  /** Returns the secret with which the client comes back. */
  String secret() {
    return secret;
  }

  /**
   * Subscribes to the channels of that state. When the connection is lost meanwhile, the client can
   * come back to the same state.
   */
  void resume(Recovered back, EventEncoder encoder) {
    back.places().forEach(journal::begins);
    back.places()
        .forEach(
            (address, place) ->
                hub.subscribe(
                    session,
                    SubscriptionRequest.of(address, encoder)
                        .from(
                            new StreamStartRequest(
                                Since.after(place), start -> begins(address, start)))));
  }

  /**
   * Notes a subscription.
   *
   * @param start null where the channel is not a stream
   */
  void begins(String address, @Nullable StreamStart start) {
    if (start != null) {
      journal.begins(address, start.position());
    }
  }

  void ends(String address) {
    journal.ends(address);
  }

  /** Keeps the state, because the connection is lost. */
  void lost() {
    List<String> channels = session.subscriptions().stream().map(Subscription::address).toList();
    if (channels.size() <= MOST_CHANNELS && channels.stream().allMatch(journal::knows)) {
      recoveries.keep(
          vertx,
          session.remoteAddress(),
          secret,
          new JsonObject()
              .put("namespace", namespace)
              .put("user", String.valueOf(session.user()))
              .put("id", id)
              .put("journal", journal.toJson()));
    }
  }
}
