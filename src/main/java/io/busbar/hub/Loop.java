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
 * The part of the hub on one event loop: its sessions, and the channels whose home it is. Any
 * thread may post to its inbox. One task runs all posts, and flushes each used outbox once at its
 * end. The event loop owns everything else here.
 */
final class Loop implements Runnable {
  private static final System.Logger LOG = System.getLogger(Loop.class.getName());

  /** Maximum number of posts in one turn before sockets are served again. */
  private static final int POSTS_A_TURN = 1024;

  /**
   * Maximum size of the messages that a turn takes, in bytes; a turn takes at least one message.
   */
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
   * @param outboxBytes limit of the bytes that wait for slow readers of this loop
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

  /** Returns the channels whose home is this loop, by name; other threads may read. */
  Map<ChannelName, Channel> channels() {
    return channels;
  }

  /** Returns the registrations of the channels whose home is this loop. */
  Registrations registrations() {
    return registrations;
  }

  /** Returns the sessions in the order in which they joined. */
  Set<Session> sessions() {
    return sessions;
  }

  FanoutTimes fanoutTimes() {
    return fanoutTimes;
  }

  /** Returns microseconds since 1970, always later than the last result. */
  long nextJoined() {
    lastJoined = Math.max(lastJoined + 1, System.currentTimeMillis() * 1000);
    return lastJoined;
  }

  SlowReaders slowReaders() {
    return slowReaders;
  }

  /**
   * Will ask each loop on its own thread, and complete with all results. Any thread may call it.
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

  /**
   * Will run the task on this loop, after all tasks that the same thread posted before. Any thread
   * may call it.
   */
  void post(Runnable task) {
    inbox.add(task);
    schedule();
  }

  /** Will deliver the messages of these subscribers at the end of the turn. */
  void activate(LoopSubscribers subscribers) {
    active.add(subscribers);
    if (!collecting) {
      schedule();
    }
  }

  /** Counts bytes of arrived messages, whose number limits a turn. */
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

  /** Returns a batch that is released at the end of the turn. */
  Batch batch(
      List<EncodedMessage> encodedMessages,
      @Nullable Channel channel,
      Framing framing,
      @Nullable Position last) {
    Batch batch = new Batch(encodedMessages, channel, framing, last);
    batches.add(batch);
    return batch;
  }

  private void schedule() {
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      eventLoop.execute(this);
    }
  }

  /** Runs one turn. */
  @Override
  public void run() {
    scheduled.set(false);
    collecting = true;
    takePosts();
    deliverToSubscribers();
    collecting = false;
    flushOutboxes();
    for (Batch batch : batches) {
      batch.release();
    }
    batches.clear();
    if (!inbox.isEmpty() && scheduled.compareAndSet(false, true)) {
      // A plain task would run before sockets are served, and so would the one after it.
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

  private void deliverToSubscribers() {
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
