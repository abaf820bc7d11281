package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Date;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one channel delivered and we have not settled. Acknowledges what is done from the oldest on
 * at once, and the rest one by one. Belongs to the verticle's event loop.
 */
final class Acks {
  private final Link link;

  /** Tags, and the offsets of a stream. */
  private final Map<Long, Long> outstanding = new LinkedHashMap<>();

  private final TreeSet<Long> done = new TreeSet<>();
  private final List<Long> requeued = new ArrayList<>();
  private final List<Long> rejected = new ArrayList<>();
  private long lastOffset = -1;
  private boolean writing;
  private boolean ended;

  Acks(Link link) {
    this.link = link;
  }

  int size() {
    return outstanding.size();
  }

  /**
   * @param offset in the stream; 0 where there is none
   */
  void delivered(long tag, long offset) {
    outstanding.put(tag, offset);
    lastOffset = offset;
  }

  /** All of the stream up to it is handled; less than 0 where nothing is known. */
  long handledOffset() {
    return outstanding.isEmpty() ? lastOffset : outstanding.values().iterator().next() - 1;
  }

  void ack(long tag) {
    if (outstanding.containsKey(tag)) {
      done.add(tag);
    }
  }

  void nack(long tag, boolean requeue) {
    if (outstanding.remove(tag) != null) {
      (requeue ? requeued : rejected).add(tag);
    }
  }

  /** The channel is gone, and with it what was not settled: RabbitMQ delivers it again. */
  void end() {
    ended = true;
    outstanding.clear();
    done.clear();
    requeued.clear();
    rejected.clear();
  }

  boolean isEnded() {
    return ended;
  }

  /** Will tell RabbitMQ what is settled; meanwhile more may be. */
  Future<Void> flush() {
    if (ended || writing || (done.isEmpty() && requeued.isEmpty() && rejected.isEmpty())) {
      return Future.succeededFuture();
    }
    writing = true;
    return Future.join(settle())
        .<Void>mapEmpty()
        .otherwiseEmpty()
        .onComplete(written -> writing = false)
        .compose(written -> flush());
  }

  private List<Future<Void>> settle() {
    List<Future<Void>> settled = new ArrayList<>();
    requeued.forEach(tag -> settled.add(link.ask(client -> client.basicNack(tag, false, true))));
    requeued.clear();
    rejected.forEach(tag -> settled.add(link.ask(client -> client.basicNack(tag, false, false))));
    rejected.clear();
    long upTo = 0;
    Iterator<Long> oldest = outstanding.keySet().iterator();
    while (oldest.hasNext() && !done.isEmpty()) {
      long tag = oldest.next();
      if (!done.remove(tag)) {
        break;
      }
      oldest.remove();
      upTo = tag;
    }
    if (upTo > 0) {
      long last = upTo;
      settled.add(link.ask(client -> client.basicAck(last, true)));
    }
    for (long tag : done) {
      outstanding.remove(tag);
      settled.add(link.ask(client -> client.basicAck(tag, false)));
    }
    done.clear();
    return settled;
  }

  /**
   * How far a stream is handled, for the next life of the route: in Hazelcast, alone in a file
   * where the node has a folder for its data, else in memory. Belongs to the verticle's event loop.
   */
  static final class Offset {
    private static final System.Logger LOG = System.getLogger("io.busbar.rabbitmq");
    private static final String MAP = "busbar.rabbitmq.offsets";
    private static final long SAVE_MILLIS = 500;

    private final Vertx vertx;
    private final String route;
    private final @Nullable Path file;
    private long handled = -1;
    private long saved = -1;
    private Future<Void> saving = Future.succeededFuture();
    private Date begun = new Date();
    private boolean failing;

    /**
     * @param folder null where the node keeps nothing on disk
     */
    Offset(Vertx vertx, String route, @Nullable String folder) {
      this.vertx = vertx;
      this.route = route;
      String name = "rabbitmq-" + UUID.nameUUIDFromBytes(route.getBytes(UTF_8)) + ".offset";
      this.file = folder == null ? null : Path.of(folder, name);
    }

    /**
     * Where the stream begins: behind what is handled, or where the route says.
     *
     * @param first a word, a Long or a Date; null for behind what is handled
     * @param again whether this life has begun before
     */
    Future<Object> begin(@Nullable Object first, boolean again) {
      return load().map(found -> behind(found, first, again));
    }

    private Object behind(long found, @Nullable Object first, boolean again) {
      if (first == null || again) {
        handled = Math.max(handled, found);
        saved = Math.max(saved, found);
        if (handled >= 0) {
          return handled + 1;
        }
      } else {
        handled = -1;
        saved = -1;
      }
      boolean moves = first == null || first instanceof String word && !word.equals("first");
      if (again && moves) {
        return begun; // what came since is not to be missed
      }
      begun = new Date();
      return first == null ? "next" : first;
    }

    /** Will remember it, and keep it soon. */
    void handled(long offset) {
      handled = Math.max(handled, offset);
      if (saving.isComplete() && handled > saved) {
        saving = save().otherwiseEmpty().compose(kept -> vertx.timer(SAVE_MILLIS)).mapEmpty();
        saving.onComplete(done -> handled(handled));
      }
    }

    /** The route stops: completes when the last is kept. */
    Future<Void> end(long offset) {
      handled = Math.max(handled, offset);
      return saving.otherwiseEmpty().compose(kept -> handled > saved ? save() : saving);
    }

    private Future<Void> save() {
      long now = handled;
      return save(now).onSuccess(kept -> saved = Math.max(saved, now)).onComplete(this::tell);
    }

    /** The same trouble is told once. */
    private void tell(AsyncResult<Void> kept) {
      if (kept.failed() && !failing) {
        String words = LinkLife.words(kept.cause());
        LOG.log(Level.WARNING, "route {0}: its offset is not kept: {1}", route, words);
      }
      failing = kept.failed();
    }

    private Future<Long> load() {
      if (vertx.isClustered()) {
        return map().compose(map -> map.get(route)).map(found -> found == null ? -1 : found);
      }
      return file == null
          ? Future.succeededFuture(-1L)
          : vertx.executeBlocking(
              () -> Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : -1);
    }

    private Future<Void> save(long offset) {
      if (vertx.isClustered()) {
        return map().compose(map -> map.put(route, offset));
      }
      return file == null
          ? Future.succeededFuture()
          : vertx.executeBlocking(() -> write(file, offset));
    }

    private Future<AsyncMap<String, Long>> map() {
      return vertx.sharedData().getClusterWideMap(MAP);
    }

    private static @Nullable Void write(Path file, long offset) throws IOException {
      Files.createDirectories(file.getParent());
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(
          fresh,
          offset + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.SYNC,
          StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      return null;
    }
  }
}
