package io.busbar.stream;

import io.busbar.cluster.OwnerCalls;
import io.busbar.cluster.Owners;
import io.busbar.hub.Since;
import io.busbar.hub.StreamPage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams that live on this node. A stream is made when somebody first asks for it. It is
 * removed when it lives elsewhere or nobody needs it. Any thread may look; each stream is made and
 * removed on its own loop.
 */
final class LocalStreams {
  private static final long TICK_MILLIS = 5_000;

  /**
   * The interval of the scan for streams that nobody has asked for since they came here. Their
   * messages must expire, too.
   */
  private static final long SCAN_MILLIS = 60_000;

  private record Opened(Stream stream, Future<Void> loaded) {}

  private final Streams streams;
  private final Owners owners;
  private final Map<String, Opened> opened = new ConcurrentHashMap<>();
  private final Map<String, Future<Void>> forgetting = new ConcurrentHashMap<>();

  /** When this node last woke, as far as the streams know. */
  private volatile long wokeMillis;

  LocalStreams(Streams streams, Owners owners) {
    this.streams = streams;
    this.owners = owners;
  }

  void start() {
    streams.vertx().setPeriodic(TICK_MILLIS, timer -> all().forEach(one -> one.run(one::tick)));
    streams.vertx().setPeriodic(SCAN_MILLIS, timer -> scan());
    scan();
  }

  /** Whether the owner of the stream is unknown now. What this node has stored may then be lost. */
  boolean isInDoubt(String stream) {
    return owners.of(stream) == null;
  }

  List<Stream> all() {
    return opened.values().stream()
        .filter(one -> one.loaded().succeeded())
        .map(Opened::stream)
        .toList();
  }

  /** Will do what a node asks of a stream that lives here. Called on the stream's own loop. */
  Future<StreamPage> perform(StreamCall call, Context loop) {
    wake();
    String name = call.stream();
    if (!owners.isHere(name)) {
      return OwnerCalls.elsewhere();
    }
    Opened there = opened.get(name);
    Opened one = there == null ? open(name, loop) : there;
    return one.loaded().compose(loaded -> perform(call, one.stream()));
  }

  private Future<StreamPage> perform(StreamCall call, Stream stream) {
    Since since = call.since();
    if (since != null) {
      return Future.succeededFuture(stream.read(since, call.most()));
    }
    String source = Objects.requireNonNull(call.source(), "a call that stores names its caller");
    return stream.append(source, call.number(), call.drafts(), call.holder()).map(kept -> null);
  }

  private Opened open(String name, Context loop) {
    Stream stream = streams.stream(name, loop);
    Promise<Void> loaded = Promise.promise();
    Opened fresh = new Opened(stream, loaded.future());
    opened.put(name, fresh);
    Future<Void> before = forgetting.getOrDefault(name, Future.succeededFuture());
    Runnable load =
        () ->
            before
                .otherwiseEmpty()
                .compose(done -> stream.load())
                .recover(
                    e -> {
                      streams.storeFailed(name, e);
                      forget(stream);
                      return OwnerCalls.elsewhere();
                    })
                .onSuccess(there -> streams.used(stream))
                .onComplete(loaded);
    long wait = owners.settlesIn(name);
    if (wait == 0) {
      load.run();
    } else {
      streams.vertx().setTimer(wait, timer -> stream.run(load));
    }
    return fresh;
  }

  /**
   * Removes a dropped stream. The next stream with this name waits until the store has deleted the
   * old one.
   */
  void forget(Stream stream, Future<Void> forgotten) {
    String name = stream.name();
    forgetting.put(name, forgotten);
    forgotten.onComplete(done -> forgetting.remove(name, forgotten));
    forget(stream);
  }

  /** Removes a stream that no longer lives here. Called on the stream's own loop. */
  void forget(Stream stream) {
    Opened known = opened.get(stream.name());
    if (known != null && known.stream() == stream) {
      opened.remove(stream.name());
      streams.closed(stream);
    }
  }

  /**
   * Closes all streams after this node was frozen or cut off. It does not know what other nodes
   * have stored meanwhile, so it loads the streams again.
   */
  private void wake() {
    long woke = owners.wokeMillis();
    if (woke != wokeMillis) {
      wokeMillis = woke;
      opened.values().forEach(one -> one.stream().run(() -> leave(one.stream())));
    }
  }

  /** Removes the streams that live elsewhere now. */
  void ownersChanged() {
    wake();
    opened.values().stream()
        .map(Opened::stream)
        .filter(stream -> !owners.isHere(stream.name()))
        .forEach(stream -> stream.run(() -> leave(stream)));
  }

  private void leave(Stream stream) {
    stream.close();
    forget(stream);
  }

  private void scan() {
    streams
        .store()
        .streams()
        .onSuccess(
            names ->
                names.stream()
                    .filter(name -> owners.isHere(name) && !opened.containsKey(name))
                    .forEach(streams::touch));
  }
}
