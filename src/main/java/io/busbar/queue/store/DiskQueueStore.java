package io.busbar.queue.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Keeps messages in the file {@code queues.mv} of a folder. A change completes when it is written
 * and flushed to the disk (fdatasync). So a crash of the process or of the machine does not undo
 * it. Changes that all queues ask for at the same time are flushed together. After a failed write,
 * all writes fail until the node restarts.
 *
 * <p>Any thread may use it, and none waits. One thread writes and completes ({@link
 * DiskQueueWriter}). Another one reads, {@code busbar-queues-reader}. Futures complete on these
 * two, so their listeners must be quick. A read has all changes that were asked for before it, and
 * may have some later ones.
 */
public final class DiskQueueStore implements QueueStore {
  private final Path path;
  private final DiskQueueFile file;
  private final DiskQueueWriter writer;
  private final ExecutorService reader =
      Executors.newSingleThreadExecutor(DiskQueueStore::readerThread);

  private DiskQueueStore(Path path, DiskQueueFile file, DiskQueueWriter writer) {
    this.path = path;
    this.file = file;
    this.writer = writer;
  }

  /**
   * Opens the file. Makes the file and its folder if they do not exist. Fails with an IOException
   * whose message is one line for the operator.
   *
   * @param sync how long a change may wait for others, so that they are flushed together; changes
   *     that come during a flush share the next one anyway
   */
  public static Future<DiskQueueStore> open(Vertx vertx, Path folder, Duration sync) {
    return open(vertx, folder, "queues.mv", sync);
  }

  /** Opens a file with another name in the same way. */
  public static Future<DiskQueueStore> open(Vertx vertx, Path folder, String name, Duration sync) {
    Path path = folder.toAbsolutePath().normalize().resolve(name);
    return vertx.executeBlocking(
        () -> {
          DiskQueueFile file = DiskQueueFile.open(path);
          DiskQueueWriter writer = new DiskQueueWriter(path, file, sync.toNanos());
          writer.start();
          return new DiskQueueStore(path, file, writer);
        },
        false);
  }

  private static Thread readerThread(Runnable work) {
    Thread thread = new Thread(work, "busbar-queues-reader");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public Future<Void> add(String queue, QueueMessage message) {
    byte[] key = key(queue, message);
    byte[] bytes = message.toBytes();
    return writer.ask(() -> file.messages().put(key, bytes), bytes.length);
  }

  @Override
  public Future<Void> update(String queue, QueueMessage message) {
    byte[] key = key(queue, message);
    byte[] bytes = message.toBytes();
    return writer.ask(() -> file.messages().replace(key, bytes), bytes.length);
  }

  @Override
  public Future<Void> remove(String queue, QueueMessage message) {
    byte[] key = key(queue, message);
    return writer.ask(() -> file.messages().remove(key), key.length);
  }

  @Override
  public Future<List<QueueMessage>> messages(String queue) {
    byte[] start = start(queue).toByteArray();
    return read(
        () -> {
          List<QueueMessage> found = new ArrayList<>();
          var cursor = file.messages().cursor(start);
          while (cursor.hasNext() && startsWith(cursor.next(), start)) {
            found.add(QueueMessage.read(cursor.getValue()));
          }
          return found;
        });
  }

  @Override
  public Future<Map<String, Set<String>>> ids() {
    return read(
        () -> {
          Map<String, Set<String>> ids = new HashMap<>();
          var keys = file.messages().keyIterator(null);
          while (keys.hasNext()) {
            var key = new DataInputStream(new ByteArrayInputStream(keys.next()));
            String queue = key.readUTF();
            key.readLong();
            String id = new String(key.readAllBytes(), StandardCharsets.UTF_8);
            ids.computeIfAbsent(queue, name -> new HashSet<>()).add(id);
          }
          return ids;
        });
  }

  @Override
  public Future<Void> remember(String name, JsonObject what) {
    String text = what.encode();
    return writer.ask(() -> file.notes().put(name, text), text.length());
  }

  @Override
  public Future<Void> forget(String name) {
    return writer.ask(() -> file.notes().remove(name), name.length());
  }

  @Override
  public Future<Map<String, JsonObject>> remembered() {
    return read(
        () -> {
          Map<String, JsonObject> all = new HashMap<>();
          file.notes().forEach((name, text) -> all.put(name, new JsonObject(text)));
          return all;
        });
  }

  @Override
  public Future<Void> close() {
    return read(() -> null).transform(read -> writer.close()).onComplete(end -> reader.shutdown());
  }

  /** Will read when all earlier changes are done. */
  private <T> Future<T> read(Callable<T> scan) {
    Promise<T> done = Promise.promise();
    writer
        .ask(null, 0)
        .onFailure(done::fail)
        .onSuccess(now -> reader.execute(() -> read(scan, done)));
    return done.future();
  }

  private <T> void read(Callable<T> scan, Promise<T> done) {
    T found;
    var held = file.hold();
    try {
      found = scan.call();
    } catch (Throwable e) {
      done.fail(new IOException(path + " cannot be read", e));
      return;
    } finally {
      file.release(held);
    }
    done.complete(found);
  }

  /**
   * The key: the length of the queue's name, the name, the place and the id. With the length, no
   * name is a prefix of another. The sign of the place is flipped, so larger places come later. The
   * id separates two messages of one place.
   */
  private static byte[] key(String queue, QueueMessage message) {
    ByteArrayOutputStream key = start(queue);
    long place = message.place() ^ Long.MIN_VALUE;
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      key.write((int) (place >> shift));
    }
    key.writeBytes(message.id().getBytes(StandardCharsets.UTF_8));
    return key.toByteArray();
  }

  /** The bytes that all keys of a queue start with. */
  private static ByteArrayOutputStream start(String queue) {
    ByteArrayOutputStream start = new ByteArrayOutputStream();
    try {
      new DataOutputStream(start).writeUTF(queue);
    } catch (IOException e) {
      throw new IllegalArgumentException("a queue's name has at most 65535 bytes", e);
    }
    return start;
  }

  private static boolean startsWith(byte[] key, byte[] start) {
    int different = Arrays.mismatch(key, start);
    return different == -1 || different >= start.length;
  }
}
