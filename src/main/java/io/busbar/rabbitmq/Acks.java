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
 * The deliveries of one channel that are not settled yet. It acknowledges the oldest finished ones
 * with one call, and the others one by one. Owned by the verticle's event loop.
 */
final class Acks {
  private final Link link;

  /** Delivery tags, each with its offset in the stream. */
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
   * @param offset in the stream; 0 for a queue that is not a stream
   */
  void delivered(long tag, long offset) {
    outstanding.put(tag, offset);
    lastOffset = offset;
  }

  /** The offset up to which the whole stream is handled; less than 0 if nothing is known. */
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

  /** The channel has closed. RabbitMQ delivers again what was not settled. */
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

  /** Will tell RabbitMQ what is settled, and also what is settled meanwhile. */
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
   * The offset up to which a stream is handled, stored for the next start of the route. In a
   * cluster it is in Hazelcast. A single node stores it in a file of its data folder, or in memory
   * without such a folder. Owned by the verticle's event loop.
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
     * @param folder null if the node stores nothing on disk
     */
    Offset(Vertx vertx, String route, @Nullable String folder) {
      this.vertx = vertx;
      this.route = route;
      String name = "rabbitmq-" + UUID.nameUUIDFromBytes(route.getBytes(UTF_8)) + ".offset";
      this.file = folder == null ? null : Path.of(folder, name);
    }

    /**
     * The offset from which the stream is read: after the handled messages, or where the route
     * says.
     *
     * @param first a word, a Long or a Date; null to continue after the handled messages
     * @param again whether the route has read the stream before, since it started
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
        return begun; // to read what came since
      }
      begun = new Date();
      return first == null ? "next" : first;
    }

    /** Will remember the offset, and store it soon. */
    void handled(long offset) {
      handled = Math.max(handled, offset);
      if (saving.isComplete() && handled > saved) {
        saving = save().otherwiseEmpty().compose(kept -> vertx.timer(SAVE_MILLIS)).mapEmpty();
        saving.onComplete(done -> handled(handled));
      }
    }

    /** The route stops. Completes when the last offset is stored. */
    Future<Void> end(long offset) {
      handled = Math.max(handled, offset);
      return saving.otherwiseEmpty().compose(kept -> handled > saved ? save() : saving);
    }

    private Future<Void> save() {
      long now = handled;
      return save(now).onSuccess(kept -> saved = Math.max(saved, now)).onComplete(this::tell);
    }

    /** Logs a failure only when storing worked before. */
    private void tell(AsyncResult<Void> kept) {
      if (kept.failed() && !failing) {
        String words = LinkConnection.words(kept.cause());
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
