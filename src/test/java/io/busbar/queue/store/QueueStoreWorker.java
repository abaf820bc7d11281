package io.busbar.queue.store;

import io.busbar.hub.Payload;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A JVM that adds numbered messages to a {@link DiskQueueStore} and removes some. It writes each
 * step on its own line. {@code ?7} says that it asks to add 7, and {@code +7} that this was
 * confirmed. {@code !7} says that it asks to remove 7, and {@code -7} that this was confirmed. It
 * goes on until it is killed or the store fails. Then it writes {@code failed}, or {@code false} if
 * the store still confirms something. The main thread uses everything; only the store's callbacks
 * run on other threads.
 */
final class QueueStoreWorker {
  static final List<String> QUEUES = List.of("q", "q.q", "other");
  private static final int AT_ONCE = 300;
  private static final int MOST_WAITING = 4_000;

  private final Random random = new Random();
  private final Semaphore underWay = new Semaphore(AT_ONCE);
  private final AtomicBoolean failed = new AtomicBoolean();
  private final ConcurrentLinkedQueue<QueueMessage> there = new ConcurrentLinkedQueue<>();
  private final DiskQueueStore store;
  private final boolean onlyAdds;

  private QueueStoreWorker(DiskQueueStore store, boolean onlyAdds) {
    this.store = store;
    this.onlyAdds = onlyAdds;
  }

  /**
   * Arguments: the folder, the milliseconds to wait for other changes, the first number, whether it
   * only adds.
   */
  public static void main(String[] arguments) throws Exception {
    Duration sync = Duration.ofMillis(Integer.parseInt(arguments[1]));
    DiskQueueStore store = DiskQueueStore.open(Vertx.vertx(), Path.of(arguments[0]), sync).await();
    new QueueStoreWorker(store, Boolean.parseBoolean(arguments[3]))
        .work(Long.parseLong(arguments[2]));
  }

  /** The queue of a number. The number is also the place and the text of its message. */
  static String queue(long number) {
    return QUEUES.get((int) (number % QUEUES.size()));
  }

  private void work(long first) throws Exception {
    for (String queue : QUEUES) {
      there.addAll(store.messages(queue).await());
    }
    say("open");
    boolean fills = true;
    for (long number = first; !failed.get(); number++) {
      add(number);
      int waiting = there.size();
      fills = onlyAdds || waiting < 100 || fills && waiting < MOST_WAITING;
      for (int i = 0; i < (fills ? 0 : 3); i++) {
        remove(there.poll());
      }
    }
    underWay.acquire(AT_ONCE);
    String end = "failed";
    QueueMessage late = message(Long.MAX_VALUE);
    for (Future<?> after :
        List.of(store.add("q", late), store.remove("q", late), store.messages("q"))) {
      end = after.transform(done -> Future.succeededFuture(done.failed())).await() ? end : "false";
    }
    store.close().await();
    say(end);
    System.exit(0);
  }

  private QueueMessage message(long number) {
    String text = number + " ".repeat(random.nextInt(4_000));
    return QueueMessage.of(Payload.text(text), MultiMap.caseInsensitiveMultiMap(), "").at(number);
  }

  private void add(long number) throws InterruptedException {
    QueueMessage message = message(number);
    say("?" + number);
    underWay.acquire();
    store
        .add(queue(number), message)
        .onSuccess(done -> say("+" + number))
        .onSuccess(done -> there.add(message))
        .onFailure(cause -> failed.set(true))
        .onComplete(done -> underWay.release());
  }

  private void remove(QueueMessage message) throws InterruptedException {
    if (message == null) {
      return;
    }
    say("!" + message.place());
    underWay.acquire();
    store
        .remove(queue(message.place()), message)
        .onSuccess(done -> say("-" + message.place()))
        .onComplete(done -> underWay.release());
  }

  private static void say(String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      System.out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.out.flush();
  }
}
