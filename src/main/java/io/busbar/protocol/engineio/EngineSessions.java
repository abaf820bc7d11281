package io.busbar.protocol.engineio;

import io.busbar.protocol.session.HostedSession;
import io.busbar.protocol.session.SessionCluster;
import io.busbar.protocol.session.SessionDirectory;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one endpoint that began with polling, on all event loops, and the links to
 * sessions of other nodes. Any thread may use it.
 */
final class EngineSessions {
  private final ConcurrentMap<String, EngineSession> byId = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Integer> byAddress = new ConcurrentHashMap<>();
  private final EngineOptions options;
  private final EngineIds ids;
  private final String path;

  /** Null without a cluster. */
  private final @Nullable SessionCluster cluster;

  EngineSessions(String path, EngineOptions options, @Nullable SessionCluster cluster) {
    this.path = path;
    this.options = options;
    this.cluster = cluster;
    this.ids = new EngineIds(cluster == null ? null : cluster.node());
    if (cluster != null) {
      options.revisions().forEach(revision -> cluster.host(path(revision), directory(revision)));
    }
  }

  /** Returns the name of the endpoint among the nodes, for clients of that revision. */
  private String path(EngineRevision revision) {
    return path + "?" + revision;
  }

  private SessionDirectory directory(EngineRevision revision) {
    return new SessionDirectory() {
      @Override
      public @Nullable HostedSession find(String id) {
        return local(revision, id);
      }

      @Override
      public boolean isOnTheWay(String id, String entry) {
        return false;
      }
    };
  }

  private @Nullable EngineSession local(EngineRevision revision, String id) {
    EngineSession session = byId.get(id);
    return session == null || session.revision() != revision ? null : session;
  }

  /** Returns the link to the session that the query names; null for none. */
  @Nullable EngineLink find(EngineQuery query) {
    String sid = query.sid();
    if (sid == null) {
      return null;
    }
    EngineSession session = local(query.checkedRevision(), sid);
    if (session != null) {
      return new LocalLink(session);
    }
    String node = ids.isOurs(sid) ? null : EngineIds.node(sid);
    return cluster == null || node == null
        ? null
        : new RemoteLink(
            cluster, node, path(query.checkedRevision()), sid, query.checkedRevision());
  }

  String nextId() {
    return ids.next();
  }

  /** Adds a session, unless there are too many in total or of its client address. */
  boolean add(EngineSession session) {
    if (byId.size() >= options.mostSessions() || !enter(session.remoteAddress())) {
      return false;
    }
    byId.put(session.id(), session);
    return true;
  }

  private boolean enter(String address) {
    boolean[] entered = {false};
    byAddress.compute(
        address,
        (key, count) -> {
          int before = count == null ? 0 : count;
          entered[0] = before < options.mostSessionsPerAddress();
          return entered[0] ? Integer.valueOf(before + 1) : count;
        });
    return entered[0];
  }

  void remove(EngineSession session) {
    if (byId.remove(session.id(), session)) {
      byAddress.computeIfPresent(
          session.remoteAddress(), (key, count) -> count == 1 ? null : count - 1);
    }
  }

  int count() {
    return byId.size();
  }

  /** Returns whether some client does not know yet that its session is closed. */
  boolean awaitCloseNotification() {
    return byId.values().stream().anyMatch(EngineSession::awaitsCloseNotification);
  }
}
