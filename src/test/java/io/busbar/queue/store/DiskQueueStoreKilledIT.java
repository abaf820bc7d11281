package io.busbar.queue.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.TestJvm;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that confirmed changes survive when the store's process is killed, or when its disk is
 * full.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DiskQueueStoreKilledIT {
  private static final int KILLS = Integer.getInteger("kills", 6);
  private static final int LONGEST_MILLIS = 2_000;
  private static final long PER_PROCESS = 10_000_000;

  private final Vertx vertx = Vertx.vertx();
  private final Random random = new Random();
  @TempDir private Path temporary;

  /** The numbers that must be there. The next field has those that may be there. */
  private final Set<Long> kept = new HashSet<>();

  private final Set<Long> open = new HashSet<>();

  @AfterEach
  void end() {
    TestGateway.await(vertx.close());
  }

  @Test
  void killedStoreKeepsEveryConfirmedChange() throws Exception {
    Path folder = temporary.resolve("killed");
    int confirmed = 0;
    for (int round = 0; round < KILLS; round++) {
      Process process = start(folder, round % 2 == 0 ? 0 : 2, round, false, "unlimited");
      int millis = random.nextInt(LONGEST_MILLIS);
      List<String> lines = read(process, () -> kill(process, millis));
      assertThat(process.waitFor()).isEqualTo(137);
      confirmed += account(lines);
      check(copy(folder, "copy" + round));
    }
    assertThat(confirmed).isGreaterThan(KILLS);
  }

  @Test
  void changeIsNotConfirmedWhenTheDiskIsFull() throws Exception {
    Path folder = temporary.resolve("full");
    Process process = start(folder, 0, 0, true, "3000");
    List<String> lines = read(process, () -> {});
    assertThat(process.waitFor()).isZero();
    assertThat(lines).last().isEqualTo("failed");
    assertThat(account(lines)).isGreaterThan(100);
    assertThat(open).isNotEmpty();
    check(folder);
  }

  private static Process start(
      Path folder, int syncMillis, int round, boolean onlyAdds, String mostKibibytes)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("bash", "-c", "ulimit -f $0 && exec \"$@\"", mostKibibytes));
    command.addAll(List.of(TestJvm.java(), "-Xmx256m", "-XX:-UsePerfData", "-ea"));
    command.addAll(
        List.of("-cp", TestJvm.classPath(), QueueStoreWorker.class.getName(), folder.toString()));
    command.addAll(List.of("" + syncMillis, "" + round * PER_PROCESS, "" + onlyAdds));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static void kill(Process process, int millis) {
    // not process.destroyForcibly(), which would also close its output
    CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS)
        .execute(() -> process.toHandle().destroyForcibly());
  }

  /** All complete lines that the process writes until its end. */
  private static List<String> read(Process process, Runnable whenOpen) throws IOException {
    StringBuilder all = new StringBuilder();
    boolean open = false;
    try (BufferedReader reader = process.inputReader()) {
      char[] some = new char[8_192];
      for (int n = reader.read(some); n >= 0; n = reader.read(some)) {
        all.append(some, 0, n);
        if (!open && all.indexOf("open\n") >= 0) {
          open = true;
          whenOpen.run();
        }
      }
    }
    return all.substring(0, all.lastIndexOf("\n") + 1).lines().toList();
  }

  private int account(List<String> lines) {
    int confirmed = 0;
    for (String line : lines) {
      char step = line.charAt(0);
      if ("?+!-".indexOf(step) < 0) {
        continue;
      }
      Long number = Long.valueOf(line.substring(1));
      switch (step) {
        case '?' -> open.add(number);
        case '+' -> {
          open.remove(number);
          kept.add(number);
          confirmed++;
        }
        case '!' -> {
          kept.remove(number);
          open.add(number);
        }
        default -> {
          open.remove(number);
          confirmed++;
        }
      }
    }
    return confirmed;
  }

  /** Checks the folder. After that, open changes count as done or not done. */
  private void check(Path folder) throws IOException {
    DiskQueueStore store = TestGateway.await(DiskQueueStore.open(vertx, folder, Duration.ZERO));
    Set<Long> found = new HashSet<>();
    for (String queue : QueueStoreWorker.QUEUES) {
      for (QueueMessage message : TestGateway.await(store.messages(queue))) {
        assertThat(((String) message.payload().body()).trim()).isEqualTo("" + message.place());
        assertThat(QueueStoreWorker.queue(message.place())).isEqualTo(queue);
        found.add(message.place());
      }
    }
    TestGateway.await(store.close());
    Set<Long> lost = new HashSet<>(kept);
    lost.removeAll(found);
    assertThat(lost).as("lost").isEmpty();
    Set<Long> back = new HashSet<>(found);
    back.removeAll(kept);
    back.removeAll(open);
    assertThat(back).as("came back").isEmpty();
    kept.clear();
    kept.addAll(found);
    open.clear();
  }

  private Path copy(Path folder, String name) throws IOException {
    Path copy = Files.createDirectories(temporary.resolve(name));
    Files.copy(folder.resolve("queues.mv"), copy.resolve("queues.mv"));
    return copy;
  }
}
