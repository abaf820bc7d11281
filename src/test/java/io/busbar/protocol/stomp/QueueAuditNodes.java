package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.busbar.cluster.NodeHealth;
import io.busbar.protocol.stomp.AuditRecord.Kind;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The nodes of a queue audit, in JVMs of their own, and the table of the results. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class QueueAuditNodes {
  static final int MESSAGES = Integer.getInteger("audit.messages", 5_000);
  private static final int STAY = 100;

  final long seed = Long.getLong("chaos.seed", System.nanoTime());
  final Random random = new Random(seed);
  private final List<List<String>> rows = new ArrayList<>();
  private final List<BusbarProcess> started = new ArrayList<>();
  AuditNodes nodes;

  @TempDir Path folder;
  private Path handled;

  @BeforeEach
  void start() throws IOException {
    nodes = new AuditNodes();
    handled = Files.createDirectory(folder.resolve("handled"));
  }

  /** Will kill a node once clients that must not be cut off have left it. */
  void kill(QueueAudit audit, BusbarProcess node) {
    audit.condemn(node);
    nodes.remove(node);
    node.kill();
    node.exitCode();
  }

  @AfterEach
  void end() {
    started.forEach(BusbarProcess::close);
    writeLogs();
    started.clear();
  }

  @AfterAll
  void print() {
    StringBuilder table = new StringBuilder();
    append(table, AuditRecord.titles());
    append(table, AuditRecord.titles().stream().map(title -> "---").toList());
    rows.forEach(row -> append(table, row));
    System.out.println("\naudit of queues, seed " + seed + ":\n" + table);
  }

  private static void append(StringBuilder table, List<String> cells) {
    table.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private void writeLogs() {
    try {
      Path logs = Files.createDirectories(Path.of("target", "audit"));
      for (BusbarProcess node : started) {
        Files.write(logs.resolve(node.pid() + ".log"), node.errLines());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the options for the start of a node. */
  BusbarProcess.Options options(String store) {
    return BusbarProcess.options()
        .withTestClasses()
        .jvm("-Xmx512m")
        .set("permissions", "[{address: '#', allow: [subscribe, publish, send]}]")
        .set("limits.messages-per-second", 1_000_000)
        .set(
            "features",
            "[{verticle: " + AuditFeature.class.getName() + ", config: {folder: " + handled + "}}]")
        .set("data", folder.resolve("data"))
        .set(
            "queues.rules",
            "[{name: %1$s, to: %2$s, store: %3$s}, {name: '#', store: %3$s}]"
                .formatted(QueueAudit.HANDLED, AuditFeature.ADDRESS, store));
  }

  /** Starts a node, which ends with the test. */
  BusbarProcess start(BusbarProcess.Options options) {
    BusbarProcess node = options.start();
    started.add(node);
    nodes.add(node);
    return node;
  }

  /** Describes the queues of the nodes and their missing messages. */
  private String describeQueues(AuditRecord record) {
    StringBuilder words = new StringBuilder();
    for (String queue : QueueAudit.QUEUES) {
      String path = "/api/queues/" + queue;
      words.append(NodeHealth.get(nodes.all().get(0), path)).append('\n');
      String messages = NodeHealth.get(nodes.all().get(0), path + "/messages?limit=1000");
      if (messages.startsWith("{\"messages\"")) {
        new JsonObject(messages)
            .getJsonArray("messages").stream()
                .map(JsonObject.class::cast)
                .filter(message -> record.missing().contains(message.getString("body")))
                .forEach(message -> words.append("  ").append(message.encode()).append('\n'));
      }
    }
    return words.toString();
  }

  QueueAudit audit() {
    return new QueueAudit(random.nextLong(), nodes, handled, STAY);
  }

  void judge(String scenario, QueueAudit audit, Kind... allowed) {
    AuditRecord record = audit.record();
    rows.add(record.row(scenario));
    for (Kind kind : Kind.values()) {
      if (!List.of(allowed).contains(kind)) {
        assertThat(record.words(kind)).as(kind + ", seed " + seed).isEmpty();
      }
    }
    assertThat(record.missing())
        .as(() -> "lost, seed " + seed + "; what the queues say:\n" + describeQueues(record))
        .isEmpty();
  }
}
