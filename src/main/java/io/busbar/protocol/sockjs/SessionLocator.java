package io.busbar.protocol.sockjs;

import io.busbar.protocol.session.Forward;
import io.busbar.protocol.session.ForwardedMessages;
import io.busbar.protocol.session.HostedSession;
import io.busbar.protocol.session.OpenOutcome;
import io.busbar.protocol.session.RelayMessage;
import io.busbar.protocol.session.RequestOrigin;
import io.busbar.protocol.session.SendOutcome;
import io.busbar.protocol.session.SessionCluster;
import io.busbar.protocol.session.SessionDirectory;
import io.busbar.protocol.session.SocketDownlink;
import io.busbar.protocol.sockjs.SessionRegistry.Found;
import io.vertx.core.Future;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Finds the session for a request that waits for frames: on this node or on another one; otherwise
 * it opens a session. Any thread may use it; a request is handled on its own event loop.
 */
final class SessionLocator {
  private static final int MOST_TRIES = 200;
  private static final long RETRY_MILLIS = 10;
  private static final int MOST_RECENT = 10_000;

  private final String prefix;
  private final Sessions sessions;

  /** Null where there are no other nodes. */
  private final @Nullable OtherNodes elsewhere;

  /** The other nodes, and who of them has which session. */
  private record OtherNodes(SessionCluster cluster, SessionRegistry registry) {}

  /**
   * Cache of sessions found on other nodes. The other node verifies each request, so a stale entry
   * costs one round trip.
   */
  private final ConcurrentMap<String, Found> recent = new ConcurrentHashMap<>();

  SessionLocator(String prefix, Sessions sessions, @Nullable SessionCluster cluster) {
    this.prefix = prefix;
    this.sessions = sessions;
    this.elsewhere =
        cluster == null ? null : new OtherNodes(cluster, registry(prefix, sessions, cluster));
  }

  /** Makes the sessions of this node accessible to other nodes. */
  private static SessionRegistry registry(
      String prefix, Sessions sessions, SessionCluster cluster) {
    SessionRegistry registry =
        new SessionRegistry(cluster.entries(), cluster.node(), prefix, cluster.renewalMillis());
    cluster.host(
        prefix,
        new SessionDirectory() {
          @Override
          public @Nullable HostedSession find(String id) {
            return sessions.find(id);
          }

          @Override
          public boolean isOnTheWay(String id, String entry) {
            return registry.isLiveOrDropped(id, new Found(entry));
          }
        });
    return registry;
  }

  /** Returns whether a session that is not here may be on another node. */
  boolean goesFurther() {
    return elsewhere != null;
  }

  /** Will attach the downlink to the session of that id. */
  void bring(String id, SocketDownlink downlink) {
    SockJsSession session = sessions.find(id);
    if (session != null) {
      bring(session, downlink);
    } else if (elsewhere != null) {
      lookUp(elsewhere, id, downlink);
    } else {
      open(id, null, downlink);
    }
  }

  private static void bring(SockJsSession session, SocketDownlink downlink) {
    if (session.accepts(downlink.origin())) {
      downlink.start();
      session.bring(downlink);
    } else {
      downlink.refuse(Answers::notFound);
    }
  }

  private void open(
      String id, @Nullable SessionRegistration registration, SocketDownlink downlink) {
    Owner owner = sessions.owner(downlink.origin());
    downlink.start(
        request -> {
          String cookie = owner.cookieToIssue();
          if (cookie != null) {
            Answers.clientCookie(request, cookie, prefix);
          }
        });
    sessions.open(id, owner, registration, downlink);
  }

  private void lookUp(OtherNodes others, String id, SocketDownlink downlink) {
    Found known = recent.get(id);
    if (known != null) {
      follow(others, id, known, downlink);
      return;
    }
    AtomicReference<SessionRegistration> taken = new AtomicReference<>();
    others
        .registry()
        .find(id)
        .compose(
            found ->
                found != null || sessions.isFull()
                    ? Future.succeededFuture(found)
                    : others.registry().take(id, taken::set))
        .onComplete(
            found ->
                downlink.here(
                    () -> {
                      if (found.failed()) {
                        downlink.refuse(
                            response -> Answers.text(response, 503, "No answer in time.\n"));
                      } else if (taken.get() != null) {
                        took(id, taken.get(), downlink);
                      } else {
                        follow(others, id, found.result(), downlink);
                      }
                    }));
  }

  private void took(String id, SessionRegistration registration, SocketDownlink downlink) {
    if (downlink.isDisconnected()) {
      registration.release();
    } else {
      open(id, registration, downlink);
    }
  }

  private void follow(
      OtherNodes others, String id, @Nullable Found found, SocketDownlink downlink) {
    if (downlink.isDisconnected()) {
      return;
    }
    if (found == null) {
      downlink.refuse(response -> Answers.text(response, 503, "Too many sessions.\n"));
    } else if (others.registry().isHere(found)) {
      SockJsSession session = sessions.find(id);
      if (session != null) {
        bring(session, downlink);
      } else {
        others.registry().isLiveOrDropped(id, found);
        retry(downlink);
      }
    } else {
      remember(id, found);
      new Forward(others.cluster(), found.node(), downlink)
          .open(
              relayMessage ->
                  relayMessage.session(prefix, id, found.entry()).origin(downlink.origin()),
              answer -> turnedAway(answer, id, found, downlink),
              e -> unanswered(others, e, id, found, downlink));
    }
  }

  private void remember(String id, Found found) {
    if (recent.size() >= MOST_RECENT) {
      recent.clear();
    }
    recent.put(id, found);
  }

  private void turnedAway(OpenOutcome answer, String id, Found found, SocketDownlink downlink) {
    recent.remove(id, found);
    if (answer == OpenOutcome.REFUSED) {
      downlink.refuse(Answers::notFound);
    } else {
      retry(downlink);
    }
  }

  /** The session did exist, so its client is told that it has ended and gets no new one. */
  private void unanswered(
      OtherNodes others, Throwable e, String id, Found found, SocketDownlink downlink) {
    forgotten(others, e, id, found)
        .onComplete(
            done ->
                downlink.here(
                    () -> {
                      if (!downlink.isDisconnected()) {
                        downlink.lost();
                      }
                    }));
  }

  /** Completes when the registration of a node that has gone is removed. */
  private Future<Void> forgotten(OtherNodes others, Throwable e, String id, Found found) {
    recent.remove(id, found);
    return RelayMessage.foundNobody(e)
        ? others.registry().drop(id, found)
        : Future.succeededFuture();
  }

  private static void retry(SocketDownlink downlink) {
    if (downlink.searches() < MOST_TRIES) {
      downlink.searchAfter(RETRY_MILLIS);
    } else {
      downlink.refuse(response -> Answers.text(response, 503, "The session cannot be found.\n"));
    }
  }

  /**
   * Will pass the messages of one request to the session on another node.
   *
   * @param messages completes with the body; not awaited when there is no session
   */
  Future<SendOutcome> send(String id, RequestOrigin origin, Future<String> messages) {
    return elsewhere == null
        ? Future.succeededFuture(SendOutcome.NONE)
        : send(elsewhere, id, origin, messages);
  }

  private Future<SendOutcome> send(
      OtherNodes others, String id, RequestOrigin origin, Future<String> messages) {
    Found known = recent.get(id);
    if (known == null) {
      return others.registry().find(id).compose(found -> send(others, id, found, origin, messages));
    }
    return send(others, id, known, origin, messages)
        .compose(
            outcome ->
                outcome == SendOutcome.NONE && recent.remove(id, known)
                    ? send(others, id, origin, messages)
                    : Future.succeededFuture(outcome));
  }

  private Future<SendOutcome> send(
      OtherNodes others,
      String id,
      @Nullable Found found,
      RequestOrigin origin,
      Future<String> messages) {
    if (found == null || others.registry().isHere(found)) {
      return Future.succeededFuture(SendOutcome.NONE);
    }
    return messages
        .compose(
            text ->
                new ForwardedMessages(others.cluster(), found.node())
                    .send(
                        relayMessage ->
                            relayMessage.session(prefix, id, found.entry()).origin(origin),
                        text))
        .recover(
            e ->
                forgotten(others, e, id, found)
                    .compose(
                        done ->
                            RelayMessage.foundNobody(e)
                                ? Future.succeededFuture(SendOutcome.NONE)
                                : Future.failedFuture(e)));
  }
}
