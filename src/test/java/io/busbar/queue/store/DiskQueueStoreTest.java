package io.busbar.queue.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskQueueStoreTest extends QueueStoreContract {
  private static final int MANY = 100_000;
  private static final int WAITING = 1_000;
  private static final long MIB = 1 << 20;

  private final Vertx vertx = Vertx.vertx();
  private final List<QueueStore> opened = new ArrayList<>();
  private Path folder;
  private Path file;

  @BeforeEach
  void folder(@TempDir Path temporary) {
    folder = temporary.resolve("new").resolve("data");
    file = folder.resolve("queues.mv");
  }

  @AfterEach
  void end() {
    opened.forEach(store -> TestGateway.await(store.close()));
    TestGateway.await(vertx.close());
  }

  @Override
  DiskQueueStore store() {
    return store(Duration.ZERO);
  }

  private DiskQueueStore store(Duration sync) {
    DiskQueueStore store = TestGateway.await(DiskQueueStore.open(vertx, folder, sync));
    opened.add(store);
    return store;
  }

  private Future<DiskQueueStore> open() {
    return DiskQueueStore.open(vertx, folder, Duration.ZERO);
  }

  private void assertOpeningFails(String words) throws IOException {
    byte[] before = Files.isRegularFile(file) ? Files.readAllBytes(file) : null;
    assertThatThrownBy(() -> TestGateway.await(open()))
        .isInstanceOf(IOException.class)
        .hasMessage(file + " " + words)
        .hasNoCause();
    if (before != null) {
      assertThat(file).hasBinaryContent(before);
    }
  }

  private static final String BROKEN =
      "is broken or no file of Busbar's queues: restore a backup, or move it away to start without"
          + " it";

  @Test
  void reopenedStoreHasTheSameContents() {
    QueueStore store = store();
    QueueMessage gone = message("gone").at(1);
    QueueMessage tried = message("tried").at(2);
    TestGateway.await(store.add("q", gone));
    TestGateway.await(store.add("q", tried));
    TestGateway.await(store.add("q", message("last").at(3)));
    TestGateway.await(store.update("q", tried.triedAgain()));
    TestGateway.await(store.remove("q", gone));
    TestGateway.await(store.remember("note", new JsonObject().put("n", 1)));
    TestGateway.await(store.close());
    QueueStore again = store();
    assertThat(texts(again, "q")).containsExactly("tried", "last");
    assertThat(TestGateway.await(again.messages("q"))).extracting("tries").containsExactly(1, 0);
    assertThat(TestGateway.await(again.remembered())).containsKey("note");
    assertThat(folder).isDirectoryContaining(path -> path.equals(file));
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void closedStoreFailsEveryCall() {
    QueueStore store = store();
    TestGateway.await(store.close());
    TestGateway.await(store.close());
    for (Future<?> late :
        List.of(store.add("q", message("one")), store.messages("q"), store.remembered())) {
      assertThatThrownBy(() -> TestGateway.await(late)).hasMessage(file + " is closed");
    }
  }

  @Test
  void writeWaitsForTheNextSync() {
    DiskQueueStore store = store(Duration.ofMillis(200));
    long start = System.nanoTime();
    TestGateway.await(store.add("q", message("one")));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(190));
  }

  @Test
  void failingListenerDoesNotAffectOtherCalls() {
    QueueStore store = store(Duration.ofSeconds(1));
    store
        .add("q", message("one"))
        .onComplete(
            done -> {
              throw new IllegalStateException("a listener of the test");
            });
    TestGateway.await(store.add("q", message("two").at(1)));
    assertThat(texts(store, "q")).containsExactly("one", "two");
  }

  @Test
  void foreignFileIsRefusedAndUnchanged() throws IOException {
    Files.createDirectories(folder);
    Files.writeString(file, "name,size\n".repeat(10_000));
    assertOpeningFails(BROKEN);
  }

  @Test
  void foreignStoreIsRefusedAndUnchanged() throws IOException {
    Files.createDirectories(folder);
    try (MVStore other = MVStore.open(file.toString())) {
      other.openMap("other").put("key", "value");
    }
    assertOpeningFails(BROKEN);
  }

  @Test
  void truncatedFileIsRefusedAndUnchanged() throws IOException {
    QueueStore store = store();
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      all.add(store.add("q", message("m" + i).at(i)));
    }
    TestGateway.await(Future.all(all));
    TestGateway.await(store.close());
    long whole = Files.size(file);
    for (long size : new long[] {whole - 4_096, whole / 2, whole / 10, 8_192, 4_096, 100}) {
      try (var open = new RandomAccessFile(file.toFile(), "rw")) {
        open.setLength(size);
      }
      assertOpeningFails(BROKEN);
    }
  }

  @Test
  void fileInUseIsRefused() throws IOException {
    QueueStore store = store();
    TestGateway.await(store.add("q", message("one")));
    assertOpeningFails(
        "is in use by another process: stop that one, or give each node its own folder");
    TestGateway.await(store.add("q", message("two").at(1)));
    assertThat(texts(store, "q")).containsExactly("one", "two");
  }

  @Test
  void newerFormatIsRefusedAndUnchanged() throws IOException {
    TestGateway.await(store().close());
    try (MVStore newer = MVStore.open(file.toString())) {
      newer.openMap("busbar").put("format", "2");
    }
    assertOpeningFails(
        "has format 2 and this version of Busbar reads format 1: start the version that wrote it,"
            + " or move the file away to start without it");
  }

  @Test
  void folderThatCannotBeCreatedIsReported() throws IOException {
    Files.createDirectories(folder.getParent());
    Files.writeString(folder, "a file");
    assertOpeningFails(
        "cannot be written: let this user write to its folder, and see that it has room");
  }

  @Test
  void folderInPlaceOfTheFileIsReported() throws IOException {
    Files.createDirectories(file);
    assertOpeningFails(BROKEN);
  }

  @Test
  void fileOfABusyQueueStaysSmall() throws IOException {
    DiskQueueStore store = store();
    flow(store, MANY, WAITING);
    assertThat(Files.size(file)).isLessThan(40 * MIB);
    assertThat(texts(store, "q")).hasSize(WAITING);
  }

  @Test
  void fileShrinksWhenALongQueueIsEmptied() throws IOException {
    DiskQueueStore store = store();
    TestGateway.await(store.add("stays", message("one")));
    flow(store, MANY, MANY);
    assertThat(Files.size(file)).isGreaterThan(20 * MIB);
    TestGateway.await(store.add("stays", message("two").at(1)));
    removeAll(store);
    await().atMost(Duration.ofSeconds(60)).until(() -> Files.size(file) < 10 * MIB);
    assertThat(texts(store, "q")).isEmpty();
    assertThat(texts(store, "stays")).containsExactly("one", "two");
  }

  /** Adds that many messages, with at most {@code waiting} open writes. */
  private static void flow(DiskQueueStore store, int count, int waiting) {
    Semaphore underWay = new Semaphore(2_000);
    ArrayDeque<QueueMessage> there = new ArrayDeque<>();
    for (int i = 0; i < count; i++) {
      there.add(message("m" + i).at(i));
      underWay.acquireUninterruptibly();
      store.add("q", there.getLast()).onSuccess(done -> underWay.release());
      if (there.size() > waiting) {
        underWay.acquireUninterruptibly();
        store.remove("q", there.poll()).onSuccess(done -> underWay.release());
      }
    }
    underWay.acquireUninterruptibly(2_000);
  }

  private static void removeAll(DiskQueueStore store) {
    List<Future<Void>> all = new ArrayList<>();
    for (QueueMessage message : TestGateway.await(store.messages("q"))) {
      all.add(store.remove("q", message));
    }
    TestGateway.await(Future.all(all));
  }

  @Test
  void callsOfOneQueueCompleteInOrder() {
    QueueStore store = store();
    List<Integer> completed = new ArrayList<>();
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int number = i;
      all.add(store.add("q", message("m" + i).at(i)));
      all.get(i).onSuccess(done -> completed.add(number));
    }
    Future<List<QueueMessage>> listed = store.messages("q");
    TestGateway.await(Future.all(all));
    assertThat(completed).isSorted().hasSize(200);
    assertThat(TestGateway.await(listed)).hasSize(200);
  }

  @Test
  void closeWaitsForPendingCalls() {
    QueueStore store = store();
    Future<Void> added = store.add("q", message("one"));
    Future<List<QueueMessage>> listed = store.messages("q");
    TestGateway.await(store.close());
    assertThat(added.succeeded()).isTrue();
    assertThat(listed.result()).hasSize(1);
  }

  @Test
  void queuesWithInvalidUnicodeNamesStayDistinct() {
    QueueStore store = store();
    List<String> names = List.of("\uD83D", "\uDE80", "\uD83D\uDE80", "?");
    names.forEach(
        name -> TestGateway.await(store.add(name, message("in " + (int) name.charAt(0)))));
    for (String name : names) {
      assertThat(texts(store, name)).containsExactly("in " + (int) name.charAt(0));
    }
  }
}
