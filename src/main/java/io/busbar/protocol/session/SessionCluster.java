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
 * The nodes that pass each other the requests of clients whose session is on another node than the
 * load balancer thought. Each has one address on the bus, and all share one map. Both are called
 * after SockJS, which was the first to have them: nodes of earlier builds know them so. Any thread
 * may use it.
 */
public final class SessionCluster {
  private static final String ADDRESS = "busbar.sockjs.";
  private static final String MAP = "busbar.sockjs";
  private static final long RENEWAL_MILLIS = 60_000;
  private static final int SECRET_BYTES = 32;

  /** Where in the map the secret stands: sessions have keys with a slash. */
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

  /** Completes when the other nodes reach this one; with null when there can be no others. */
  public static Future<@Nullable SessionCluster> join(Vertx vertx) {
    return join(vertx, RENEWAL_MILLIS);
  }

  /**
   * @param renewalMillis how often a node says that a session is still its own
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
          bus.consumer(ADDRESS + node, this::heard).completion().onComplete(listening);
          forwarding.pingEverySoOften(vertx);
        });
    return listening.future();
  }

  private void heard(Message<Object> message) {
    RelayMessage letter = RelayMessage.of(message);
    RelayMessage.Kind kind = letter.knownKind();
    if (kind == null) {
      message.fail(RelayMessage.NOT_UNDERSTOOD, "this node is of an earlier build");
      return;
    }
    switch (kind) {
      case OPEN, SEND, LEFT, PING -> hosting.heard(letter, message);
      case FRAME, REST, LAST, ABORT, AGAIN, REFUSE, INSPECT -> forwarding.heard(letter, message);
    }
  }

  /** The sessions of the endpoint at that path can be reached from now on. */
  public void host(String path, SessionDirectory sessions) {
    hosting.endpoint(path, sessions);
  }

  /** What this node is called: a UUID. */
  public String node() {
    return node;
  }

  /** The map that all nodes share. */
  public AsyncMap<String, String> entries() {
    return entries;
  }

  /** How often a node says that a session is still its own. */
  public long renewalMillis() {
    return renewalMillis;
  }

  /** What nobody can guess; the same on all nodes. */
  public byte[] secret() {
    return secret.clone();
  }

  /** One that no other knows. */
  public static byte[] freshSecret() {
    byte[] fresh = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(fresh);
    return fresh;
  }

  Forwarding forwarding() {
    return forwarding;
  }

  RelayMessage letter(RelayMessage.Kind kind, long link) {
    return RelayMessage.about(kind, node, link);
  }

  /** Will deliver the letter and bring the answer. */
  <T> Future<Message<T>> ask(String to, RelayMessage letter, Object body, long timeoutMillis) {
    return bus.request(ADDRESS + to, body, letter.options().setSendTimeout(timeoutMillis));
  }

  void tell(String to, RelayMessage letter, Object body) {
    bus.send(ADDRESS + to, body, letter.options());
  }

  /** Runs the task when all letters that have come are on their way to who they are for. */
  void afterLetters(Runnable task) {
    context.runOnContext(nothing -> task.run());
  }
}
