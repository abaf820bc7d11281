package io.busbar.auth;

import io.busbar.config.AuthConfig.Jwt;
import io.busbar.config.ConfigException;
import io.busbar.config.Home;
import io.busbar.config.Reason;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of a JSON Web Key Set (RFC 7517). They are read again at intervals, and when a
 * token has an unknown key. While the set cannot be read, the old keys stay. Any thread may use it.
 */
final class KeySet {
  private static final System.Logger LOG = System.getLogger("io.busbar.auth");
  private static final long TIMEOUT_MILLIS = 5_000;
  private static final long BETWEEN_NANOS = 10_000_000_000L;
  private static final int MOST_BYTES = 1 << 20;

  private record Reading(long startedNanos, Future<Void> done) {}

  private final Vertx vertx;
  private final Context context;
  private final String where;
  private final LongSupplier nanoClock;
  private final @Nullable HttpClient client;
  private final long timer;

  /** The reading that started last; it may still be under way. */
  private final AtomicReference<Reading> last =
      new AtomicReference<>(new Reading(0, Future.succeededFuture()));

  private volatile List<JsonObject> keys = List.of();

  KeySet(Vertx vertx, Jwt config, LongSupplier nanoClock) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.nanoClock = nanoClock;
    this.where = config.jwks();
    this.client = where.startsWith("http") ? vertx.createHttpClient(options(config.trust())) : null;
    this.timer = vertx.setPeriodic(config.refresh().toMillis(), id -> read());
  }

  private static HttpClientOptions options(String trust) {
    HttpClientOptions options = new HttpClientOptions().setConnectTimeout((int) TIMEOUT_MILLIS);
    if (!trust.isEmpty()) {
      Path file = Home.find(trust).orElse(Path.of(trust));
      try {
        Buffer certificates = Buffer.buffer(Files.readAllBytes(file));
        options.setTrustOptions(new PemTrustOptions().addCertValue(certificates));
      } catch (IOException e) {
        throw new ConfigException("auth.jwt.trust", "cannot be read: " + trust);
      }
    }
    return options;
  }

  /** Returns the keys. Each has an {@code alg} that fits its type. */
  List<JsonObject> keys() {
    return keys;
  }

  /** Will read the keys; after a failure the old keys stay. */
  Future<Void> read() {
    Reading before = reading();
    Promise<Void> done = Promise.promise();
    Reading now = new Reading(nanoClock.getAsLong(), done.future());
    if (!before.done().isComplete() || !last.compareAndSet(before, now)) {
      return reading().done();
    }
    load()
        .<Void>map(
            text -> {
              keys = parse(text);
              return null;
            })
        .onFailure(e -> LOG.log(System.Logger.Level.WARNING, "auth.jwt.jwks: " + Reason.of(e)))
        .onComplete(done);
    return now.done();
  }

  void close() {
    vertx.cancelTimer(timer);
  }

  /** Will read the keys for a new one, at most every 10 s. */
  Future<Void> readForUnknown() {
    Reading latest = reading();
    boolean isRecent = nanoClock.getAsLong() - latest.startedNanos() < BETWEEN_NANOS;
    return isRecent && latest.done().isComplete()
        ? Future.succeededFuture()
        : read().otherwiseEmpty();
  }

  private Reading reading() {
    return Objects.requireNonNull(last.get(), "there is one from the beginning");
  }

  private Future<String> load() {
    HttpClient remote = client;
    if (remote == null) {
      Path file = Home.find(where).orElse(Path.of(where));
      return vertx.executeBlocking(() -> Files.readString(file), false);
    }
    // On another thread the response could end before its handler is set.
    Promise<String> loaded = Promise.promise();
    context.runOnContext(nothing -> fetch(remote).onComplete(loaded));
    return loaded.future();
  }

  private Future<String> fetch(HttpClient remote) {
    RequestOptions get =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setAbsoluteURI(where)
            .setTimeout(TIMEOUT_MILLIS);
    return remote
        .request(get)
        .compose(request -> request.send())
        .compose(
            response -> {
              if (response.statusCode() != 200) {
                return Future.failedFuture("answers " + response.statusCode());
              }
              Buffer body = Buffer.buffer();
              response.handler(
                  part -> {
                    if (body.appendBuffer(part).length() > MOST_BYTES) {
                      response.request().reset();
                    }
                  });
              return response.end().map(ended -> body.toString());
            });
  }

  static List<JsonObject> parse(String text) {
    List<JsonObject> keys = new ArrayList<>();
    try {
      JsonArray given = new JsonObject(text).getJsonArray("keys", new JsonArray());
      for (Object one : given) {
        if (one instanceof JsonObject key && usable(key) != null) {
          keys.add(publicPart(key).put("alg", usable(key)));
        }
      }
    } catch (DecodeException | ClassCastException e) {
      throw new ConfigException("auth.jwt.jwks", "is no JSON Web Key Set");
    }
    return keys;
  }

  private static JsonObject publicPart(JsonObject key) {
    JsonObject part = new JsonObject();
    for (String name : List.of("kty", "kid", "n", "e", "crv", "x", "y")) {
      if (key.getValue(name) instanceof String value) {
        part.put(name, value);
      }
    }
    return part;
  }

  /** Returns the algorithm of the key; null where the gateway does not support it. */
  private static @Nullable String usable(JsonObject key) {
    if ("enc".equals(key.getValue("use"))) {
      return null;
    }
    String alg = null;
    if ("RSA".equals(key.getValue("kty"))) {
      alg = "RS256";
    } else if ("EC".equals(key.getValue("kty")) && "P-256".equals(key.getValue("crv"))) {
      alg = "ES256";
    }
    Object says = key.getValue("alg");
    return says == null || says.equals(alg) ? alg : null;
  }
}
