package io.busbar.hub;

import io.netty.channel.EventLoop;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's side of the hub: the sessions whose sockets it serves and the channels it is
 * home to. Others post to its inbox; whatever waits there runs as one task, and at the end of that
 * task every outbox it touched is flushed once. All else here belongs to the loop's own thread.
 */
final class Loop implements Runnable {
  private static final System.Logger LOG = System.getLogger(Loop.class.getName());

  /** Posts that run before the sockets are served again. */
  private static final int POSTS_A_TURN = 1024;

  /** Bytes of messages that a turn takes in, but one message at least. */
  private static final long BYTES_A_TURN = 256 << 10;

  private final int index;
  private final ContextInternal context;
  private final EventLoop eventLoop;
  private final Queue<Runnable> inbox = PlatformDependent.newMpscQueue();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private List<LoopSubscribers> active = new ArrayList<>();
  private List<LoopSubscribers> spareActive = new ArrayList<>();
  private List<Outbox> touched = new ArrayList<>();
  private List<Outbox> spareTouched = new ArrayList<>();
  private final List<Batch> batches = new ArrayList<>();
  private final Map<ChannelName, Channel> channels = new ConcurrentHashMap<>();
  private final Registrations registrations;
  private final Set<Session> sessions = new LinkedHashSet<>();
  private final FanoutTimes fanoutTimes = new FanoutTimes();
  private long lastJoined;
  private final SlowReaders slowReaders;
  private long bytesOfTurn;
  private boolean collecting;

  /**
   * @param outboxBytes that may wait for slow readers of this loop
   */
  Loop(int index, ContextInternal context, long outboxBytes) {
    this.index = index;
    this.registrations = new Registrations(context.owner().isClustered(), this::post);
    this.slowReaders = new SlowReaders(outboxBytes);
    this.context = context;
    this.eventLoop = context.nettyEventLoop();
  }

  int index() {
    return index;
  }

  ContextInternal context() {
    return context;
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  /** The channels that this loop is home to, by name; other threads may look. */
  Map<ChannelName, Channel> channels() {
    return channels;
  }

  /** Of the channels that this loop is home to. */
  Registrations registrations() {
    return registrations;
  }

  /** In the order in which they joined. */
  Set<Session> sessions() {
    return sessions;
  }

  FanoutTimes fanoutTimes() {
    return fanoutTimes;
  }

  /** Microseconds since 1970, later than any that it returned before. */
  long nextJoined() {
    lastJoined = Math.max(lastJoined + 1, System.currentTimeMillis() * 1000);
    return lastJoined;
  }

  SlowReaders slowReaders() {
    return slowReaders;
  }

  /**
   * Will ask each of the loops on its own thread, and complete with all that they said. Any thread
   * may ask.
   */
  static <T> Future<List<T>> ask(List<Loop> loops, Function<Loop, Collection<T>> question) {
    List<Future<Collection<T>>> parts = new ArrayList<>();
    for (Loop loop : loops) {
      Promise<Collection<T>> part = Promise.promise();
      loop.post(() -> part.complete(question.apply(loop)));
      parts.add(part.future());
    }
    return Future.all(parts)
        .map(all -> parts.stream().flatMap(part -> part.result().stream()).toList());
  }

  /** Will run on this loop, after all that the same thread posted before. Any thread may post. */
  void post(Runnable task) {
    inbox.add(task);
    schedule();
  }

  /** Will deliver what the lane has at the end of the turn. */
  void activate(LoopSubscribers subscribers) {
    active.add(subscribers);
    if (!collecting) {
      schedule();
    }
  }

  /** That many bytes arrived in a lane: after enough of them the turn ends. */
  void arrived(int bytes) {
    bytesOfTurn += bytes;
  }

  /** Will flush the outbox at the end of the turn. */
  void touch(Outbox outbox) {
    touched.add(outbox);
    if (!collecting) {
      schedule();
    }
  }

  /** A batch that is released when the turn is over. */
  Batch batch(List<EncodedMessage> wires, @Nullable Channel channel, Framing framing, @Nullable Position last) {
    Batch batch = new Batch(wires, channel, framing, last);
    batches.add(batch);
    return batch;
  }

  private void schedule() {
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      eventLoop.execute(this);
    }
  }

  /** One turn. */
  @Override
  public void run() {
    scheduled.set(false);
    collecting = true;
    takePosts();
    deliverLanes();
    collecting = false;
    flushOutboxes();
    for (Batch batch : batches) {
      batch.release();
    }
    batches.clear();
    if (!inbox.isEmpty() && scheduled.compareAndSet(false, true)) {
      // A plain task would run before the sockets are served, and so would the one after it.
      eventLoop.schedule(this, 0, TimeUnit.NANOSECONDS);
    }
  }

  private void takePosts() {
    bytesOfTurn = 0;
    Runnable post;
    int posts = 0;
    while (posts++ < POSTS_A_TURN && bytesOfTurn < BYTES_A_TURN && (post = inbox.poll()) != null) {
      guarded(post);
    }
  }

  private void deliverLanes() {
    List<LoopSubscribers> subscribersByLoop = active;
    active = spareActive;
    for (LoopSubscribers subscribers : subscribersByLoop) {
      guarded(subscribers::deliver);
    }
    subscribersByLoop.clear();
    spareActive = subscribersByLoop;
  }

  private void flushOutboxes() {
    List<Outbox> outboxes = touched;
    touched = spareTouched;
    for (Outbox outbox : outboxes) {
      guarded(outbox::flush);
    }
    outboxes.clear();
    spareTouched = outboxes;
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a task of the hub failed", e);
    }
  }
}
