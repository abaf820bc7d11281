package io.busbar.stream;

import io.busbar.cluster.OwnerCalls;
import io.busbar.config.ChannelRule;
import io.busbar.hub.History.StreamView;
import io.busbar.hub.LossReason;
import io.busbar.hub.Position;
import io.busbar.hub.Since;
import io.busbar.hub.StreamMessage;
import io.busbar.hub.StreamPage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The stream of one channel, on the node that owns it. It gives each publication its position,
 * stores it, and only then publishes it. Publications that arrive during a write go into the next
 * block. Owned by its event loop.
 */
final class Stream {
  static final String SOURCES = "sources";

  private static final int MOST_IN_A_BLOCK = 1_000;
  private static final int MOST_BYTES_IN_A_BLOCK = 1 << 20;
  private static final int MOST_BYTES_IN_A_PAGE = 128 << 10;
  private static final long IDLE_MILLIS = 60_000;

  /** A change of fewer bytes need not be reported to the budget at once. */
  private static final long A_LITTLE = 64 << 10;

  /** An append of one source, with the number that the source gave it. */
  private record Asked(
      String source, long number, List<Draft> drafts, String holder, Promise<Void> kept) {}

  private final String name;
  private final Streams streams;
  private final StreamStore store;
  private final Context loop;
  private final ChannelRule rule;
  private final StreamLog log;
  private final ArrayDeque<Asked> waiting = new ArrayDeque<>();
  private final ArrayDeque<Long> blocks = new ArrayDeque<>();

  /** The number of the last stored append of each source. */
  private final Map<String, Long> done = new HashMap<>();

  private StreamEpochs epochs = new StreamEpochs();
  private boolean epochsKept;
  private boolean storing;
  private boolean over;
  private String holder = "";
  private long usedMillis = System.currentTimeMillis();

  /** The bytes that the budget was last told; -1 for none. */
  private long reportedBytes = -1;

  Stream(String name, Streams streams, StreamStore store, Context loop, ChannelRule rule) {
    this.name = name;
    this.streams = streams;
    this.store = store;
    this.loop = loop;
    this.rule = rule;
    this.log = new StreamLog(rule.kept());
  }

  String name() {
    return name;
  }

  /** The holder that the stream counts for; empty for none. */
  String holder() {
    return holder;
  }

  long bytes() {
    return log.bytes();
  }

  /** Whether the budget must hear of a change. If so, the change counts as reported. */
  boolean hasChanged() {
    long now = log.bytes();
    boolean isNew =
        reportedBytes < 0
            || (reportedBytes == 0) != (now == 0)
            || Math.abs(now - reportedBytes) > A_LITTLE;
    reportedBytes = isNew ? now : reportedBytes;
    return isNew;
  }

  /** The position of the newest message. */
  Position head() {
    return new Position(epochs.now(), log.head());
  }

  /** What operators see of it. */
  StreamView view() {
    return log.view(name);
  }

  void run(Runnable task) {
    loop.runOnContext(nothing -> task.run());
  }

  private <T> void whenComplete(Future<T> future, Runnable task) {
    future.onComplete(done -> run(task));
  }

  /** Will load what the store has, and begin a new epoch of this owner. */
  Future<Void> load() {
    Promise<Void> loaded = Promise.promise();
    Future<StreamStore.Kept> kept = store.load(name);
    whenComplete(
        kept,
        () -> {
          if (kept.succeeded()) {
            takeIn(kept.result()).onComplete(begun -> run(() -> loaded.handle(begun)));
          } else {
            loaded.fail(kept.cause());
          }
        });
    return loaded.future();
  }

  private Future<Void> takeIn(StreamStore.Kept kept) {
    JsonObject before = kept.epochs();
    if (before == null) {
      return Future.succeededFuture();
    }
    log.startAfter(StreamEpochs.head(before));
    for (StreamCodec block : kept.blocks()) {
      long first = block.messages().get(0).offset();
      if (!log.isEmpty() && first != log.head() + 1) {
        // A block is missing. Everything before it was about to be removed, too.
        log.startAfter(first - 1);
        blocks.forEach(this::remove);
        blocks.clear();
      }
      block.messages().forEach(log::add);
      blocks.add(first);
      block
          .about()
          .getJsonObject(SOURCES)
          .forEach(source -> done.put(source.getKey(), ((Number) source.getValue()).longValue()));
    }
    epochs = new StreamEpochs(before, log.head());
    usedMillis = System.currentTimeMillis();
    trim();
    return keepEpochs();
  }

  private Future<Void> keepEpochs() {
    epochsKept = true;
    return store.epochs(name, epochs.toJson(log.head()));
  }

  /**
   * Will give the messages their positions. A repeated number changes nothing.
   *
   * @param source the caller, whose numbers only grow
   */
  Future<Void> append(String source, long number, List<Draft> drafts, String forWhom) {
    for (Asked asked : waiting) {
      if (asked.source().equals(source) && asked.number() == number) {
        return asked.kept().future();
      }
    }
    if (done.getOrDefault(source, -1L) >= number) {
      return Future.succeededFuture();
    }
    Promise<Void> kept = Promise.promise();
    waiting.add(new Asked(source, number, drafts, forWhom, kept));
    storeNext();
    return kept.future();
  }

  private void storeNext() {
    if (storing || over || waiting.isEmpty()) {
      return;
    }
    storing = true;
    if (epochsKept) {
      storeBlock();
      return;
    }
    then(keepEpochs(), nothing -> storeBlock());
  }

  /** Goes on when the write is done, or at once if it is done already. Gives up if it fails. */
  private <T> void then(Future<T> written, Consumer<T> next) {
    if (written.succeeded()) {
      next.accept(written.result());
    } else {
      whenComplete(
          written,
          () -> {
            if (written.succeeded()) {
              next.accept(written.result());
            } else {
              giveUp(written.cause());
            }
          });
    }
  }

  private void storeBlock() {
    List<Asked> taken = new ArrayList<>();
    List<StreamMessage> messages = new ArrayList<>();
    JsonObject sources = new JsonObject();
    int bytes = 0;
    long now = System.currentTimeMillis();
    for (Asked asked : waiting) {
      if (messages.size() >= MOST_IN_A_BLOCK || bytes > MOST_BYTES_IN_A_BLOCK) {
        break;
      }
      for (Draft draft : asked.drafts()) {
        Position position = new Position(epochs.now(), log.head() + messages.size() + 1);
        messages.add(draft.at(position, now));
        bytes += messages.get(messages.size() - 1).size();
      }
      sources.put(asked.source(), asked.number());
      taken.add(asked);
    }
    long first = log.head() + 1;
    StreamCodec block = new StreamCodec(new JsonObject().put(SOURCES, sources), messages);
    then(store.append(name, first, block), ours -> stored(taken, messages, ours));
  }

  private void stored(List<Asked> taken, List<StreamMessage> messages, boolean ours) {
    if (!ours || streams.local().isInDoubt(name)) {
      giveUp(null);
      return;
    }
    storing = false;
    blocks.add(messages.get(0).offset());
    usedMillis = messages.get(0).millis();
    int at = 0;
    for (Asked asked : taken) {
      waiting.remove(asked);
      done.put(asked.source(), asked.number());
      if (holder.isEmpty()) {
        holder = asked.holder();
      }
      for (Draft draft : asked.drafts()) {
        StreamMessage message = messages.get(at++);
        log.add(message);
        streams.announce(name, draft.body(), message);
      }
      asked.kept().tryComplete();
    }
    if (!over) {
      trim();
      streams.used(this);
      storeNext();
    }
  }

  /**
   * Closes the stream: another node has it, or it is unknown what is stored. The callers ask again,
   * and it is loaded again.
   */
  private void giveUp(@Nullable Throwable why) {
    storing = false;
    if (why != null) {
      streams.storeFailed(name, why);
    }
    close();
    streams.local().forget(this);
  }

  boolean isOver() {
    return over;
  }

  /** Ends the stream here. Nothing is stored or read any more. */
  void close() {
    over = true;
    while (!waiting.isEmpty()) {
      Promise<Void> kept = waiting.poll().kept();
      OwnerCalls.<Void>elsewhere().onComplete(kept::tryComplete, kept::tryFail);
    }
  }

  /** Deletes the whole stream. The next one with this name is a different stream for readers. */
  void drop() {
    if (over) {
      // Another stream may have its place, here or elsewhere, and owns what is stored.
      return;
    }
    close();
    if (epochsKept) {
      Future<Void> forgotten = store.forget(name);
      forgotten.onFailure(e -> streams.storeFailed(name, e));
      streams.local().forget(this, forgotten);
    } else {
      streams.local().forget(this);
    }
  }

  private void trim() {
    if (log.trim(System.currentTimeMillis())) {
      long first = log.first();
      while (blocks.size() > 1 && second() <= first || log.isEmpty() && !blocks.isEmpty()) {
        remove(blocks.poll());
      }
      if (log.isEmpty()) {
        keepEpochs().onFailure(e -> streams.storeFailed(name, e));
      }
    }
  }

  private void remove(long block) {
    store.remove(name, block).onFailure(e -> streams.storeFailed(name, e));
  }

  private long second() {
    var offsets = blocks.iterator();
    offsets.next();
    return offsets.next();
  }

  /** Called at intervals: removes old messages, and the stream if nobody needs it. */
  void tick() {
    if (over || storing || !waiting.isEmpty()) {
      return;
    }
    trim();
    reportedBytes = -1;
    streams.used(this);
    long idle = System.currentTimeMillis() - usedMillis;
    boolean fresh = log.head() == 0;
    if (log.isEmpty() && idle > (fresh ? IDLE_MILLIS : rule.kept().age().toMillis())) {
      drop();
    }
  }

  /** The page that begins where the reader wants. */
  StreamPage read(Since since, int messages) {
    trim();
    return switch (since.kind()) {
      case NEXT -> page(log.head() + 1, messages, null);
      case FIRST -> page(log.first(), messages, null);
      case LAST -> page(Math.max(log.first(), log.head()), messages, null);
      case AT, BACK -> readAt(since, messages);
    };
  }

  private StreamPage readAt(Since since, int messages) {
    if (since.epoch() == null) {
      long next = Math.min(Math.max(since.offset(), log.first()), log.head() + 1);
      return page(next, messages, null);
    }
    Position received = new Position(since.epoch(), since.offset() - 1);
    if (!epochs.prove(received, log)) {
      return page(log.head() + 1, 0, LossReason.EPOCH);
    }
    if (since.offset() < log.first()) {
      return page(log.first(), 0, log.isTrimmedByAge() ? LossReason.EXPIRED : LossReason.TOO_FAR);
    }
    StreamMessage missed = log.get(since.offset());
    boolean late =
        since.kind() == Since.Kind.BACK
            && missed != null
            && missed.millis() < System.currentTimeMillis() - rule.recover().toMillis();
    return late
        ? page(log.head() + 1, 0, LossReason.EXPIRED)
        : page(since.offset(), messages, null);
  }

  private StreamPage page(long next, int messages, @Nullable LossReason lost) {
    List<StreamMessage> found = log.from(next, messages, MOST_BYTES_IN_A_PAGE);
    return new StreamPage(epochs.now(), log.first(), log.head(), next, found, lost);
  }
}
