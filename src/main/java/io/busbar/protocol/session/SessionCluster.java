package io.busbar.protocol.session;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.shareddata.AsyncMap;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that forward requests of clients whose session is on another node. Each node has an
 * address on the bus, and all share a map. Their names contain "sockjs", because nodes of earlier
 * builds use these names. Any thread may use it.
 */
public final class SessionCluster {
  private static final String ADDRESS = "busbar.sockjs.";
  private static final String MAP = "busbar.sockjs";
  private static final long RENEWAL_MILLIS = 60_000;
  private static final int SECRET_BYTES = 32;

  /** Key of the secret in the map; keys of sessions contain a slash. */
  private static final String SECRET = "cookie-key";

  private final EventBus bus;
  private final Context context;
  private final String node;
  private final AsyncMap<String, String> entries;
  private final byte[] secret;
  private final long renewalMillis;
  private final Hosting hosting = new Hosting(this);
  private final Forwarding forwarding = new Forwarding(this);

  private SessionCluster(
      Vertx vertx,
      String node,
      AsyncMap<String, String> entries,
      byte[] secret,
      long renewalMillis) {
    this.bus = vertx.eventBus();
    this.context = vertx.getOrCreateContext();
    this.node = node;
    this.entries = entries;
    this.secret = secret;
    this.renewalMillis = renewalMillis;
  }

  /**
   * Joins the other nodes. Completes when they can reach this node; with null without a cluster.
   */
  public static Future<@Nullable SessionCluster> join(Vertx vertx) {
    return join(vertx, RENEWAL_MILLIS);
  }

  /**
   * Joins the other nodes, as {@link #join(Vertx)} does.
   *
   * @param renewalMillis interval in which a node renews its sessions, in milliseconds
   */
  public static Future<SessionCluster> join(Vertx vertx, long renewalMillis) {
    if (!vertx.isClustered()) {
      return Future.succeededFuture();
    }
    String key = Base64.getEncoder().encodeToString(freshSecret());
    return vertx
        .sharedData()
        .<String, String>getClusterWideMap(MAP)
        .compose(
            entries ->
                entries
                    .putIfAbsent(SECRET, key)
                    .map(other -> Base64.getDecoder().decode(other == null ? key : other))
                    .map(
                        shared ->
                            new SessionCluster(
                                vertx,
                                UUID.randomUUID().toString(),
                                entries,
                                shared,
                                renewalMillis)))
        .compose(cluster -> cluster.listen(vertx).map(cluster));
  }

  private Future<Void> listen(Vertx vertx) {
    Promise<Void> listening = Promise.promise();
    context.runOnContext(
        nothing -> {
          bus.consumer(ADDRESS + node, this::received).completion().onComplete(listening);
          forwarding.pingEverySoOften(vertx);
        });
    return listening.future();
  }

  private void received(Message<Object> message) {
    RelayMessage relayMessage = RelayMessage.of(message);
    RelayMessage.Kind kind = relayMessage.knownKind();
    if (kind == null) {
      message.fail(RelayMessage.NOT_UNDERSTOOD, "this node is of an earlier build");
      return;
    }
    switch (kind) {
      case OPEN, SEND, LEFT, PING -> hosting.received(relayMessage, message);
      case FRAME, REST, LAST, ABORT, AGAIN, REFUSE, INSPECT ->
          forwarding.received(relayMessage, message);
    }
  }

  /** Makes the sessions of the endpoint at that path accessible to other nodes. */
  public void host(String path, SessionDirectory sessions) {
    hosting.endpoint(path, sessions);
  }

  /** Returns the id of this node: a UUID. */
  public String node() {
    return node;
  }

  /** Returns the map that all nodes share. */
  public AsyncMap<String, String> entries() {
    return entries;
  }

  /** Returns the interval in which a node renews its sessions, in milliseconds. */
  public long renewalMillis() {
    return renewalMillis;
  }

  /** Returns the secret that all nodes share. */
  public byte[] secret() {
    return secret.clone();
  }

  /** Returns a new random secret. */
  public static byte[] freshSecret() {
    byte[] fresh = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(fresh);
    return fresh;
  }

  Forwarding forwarding() {
    return forwarding;
  }

  RelayMessage relayMessage(RelayMessage.Kind kind, long link) {
    return RelayMessage.about(kind, node, link);
  }

  /** Will send the request and return the reply. */
  <T> Future<Message<T>> ask(
      String to, RelayMessage relayMessage, @Nullable Object body, long timeoutMillis) {
    return bus.request(ADDRESS + to, body, relayMessage.options().setSendTimeout(timeoutMillis));
  }

  void tell(String to, RelayMessage relayMessage, @Nullable Object body) {
    bus.send(ADDRESS + to, body, relayMessage.options());
  }

  /** Runs the task after the messages that have arrived already. */
  void afterMessages(Runnable task) {
    context.runOnContext(nothing -> task.run());
  }
}
