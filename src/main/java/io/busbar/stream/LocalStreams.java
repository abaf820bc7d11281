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
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams that live on this node: made when somebody first asks, gone when they live elsewhere
 * or nobody needs them. Any thread may look; each is made and forgotten on its own loop.
 */
final class LocalStreams {
  private static final long TICK_MILLIS = 5_000;

  /** Finds what nobody has asked for since it came here, so that it grows old, too. */
  private static final long SCAN_MILLIS = 60_000;

  private record Opened(Stream stream, Future<Void> loaded) {}

  private final Streams streams;
  private final Owners owners;
  private final Map<String, Opened> opened = new ConcurrentHashMap<>();
  private final Map<String, Future<Void>> forgetting = new ConcurrentHashMap<>();

  /** When this node last woke, as far as the streams have heard. */
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

  /** Whether this node cannot know whose the stream is: what it has stored may be for nothing. */
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
    String source = call.source();
    if (call.since() != null || source == null) {
      Since since = call.since() == null ? Since.next() : call.since();
      return Future.succeededFuture(stream.read(since, call.most()));
    }
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

  /** A stream is dropped, and one of its name waits until the store has forgotten it. */
  void forget(Stream stream, Future<Void> forgotten) {
    String name = stream.name();
    forgetting.put(name, forgotten);
    forgotten.onComplete(done -> forgetting.remove(name, forgotten));
    forget(stream);
  }

  /** A stream lives here no more. Called on its own loop. */
  void forget(Stream stream) {
    Opened known = opened.get(stream.name());
    if (known != null && known.stream() == stream) {
      opened.remove(stream.name());
      streams.closed(stream);
    }
  }

  /**
   * A node that stood still for long, or was cut off, knows nothing of what others have said in its
   * place since: it takes in anew what it has.
   */
  private void wake() {
    long woke = owners.wokeMillis();
    if (woke != wokeMillis) {
      wokeMillis = woke;
      opened.values().forEach(one -> one.stream().run(() -> leave(one.stream())));
    }
  }

  /** What lives elsewhere now is forgotten here. */
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
