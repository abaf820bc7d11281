package io.busbar;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The class archive for every JVM of the tests that runs the jar. Nearly half of a node's start is
 * the reading and verification of classes. A node of a cluster makes it below {@code target}, once
 * for each jar. Any thread may use it.
 */
final class JarArchive {
  private JarArchive() {}

  /** Makes the archive with the first call. */
  private static final class Holder {
    static final String OPTION = "-XX:SharedArchiveFile=" + made(TestJvm.jar());

    private Holder() {}
  }

  /**
   * Returns the option for a JVM that runs {@link TestJvm#jar}. The first call makes the archive.
   */
  static String option() {
    return Holder.OPTION;
  }

  /** Makes the archive. Only one JVM makes it at a time, and the next one finds it. */
  private static Path made(Path jar) {
    try {
      Path folder = Files.createDirectories(Path.of("target", "archive").toAbsolutePath());
      // The name has JDK and jar. With another one, the JVM would print a warning.
      String name =
          "busbar-%s-%d-%d.jsa"
              .formatted(
                  Runtime.version(), Files.size(jar), Files.getLastModifiedTime(jar).toMillis());
      Path archive = folder.resolve(name);
      try (FileChannel channel = FileChannel.open(folder.resolve(".making"), CREATE, WRITE);
          FileLock held = channel.lock()) {
        assert held.isValid();
        if (!Files.exists(archive)) {
          deleteOthers(folder);
          make(archive);
        }
      }
      return archive;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void deleteOthers(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path old : files.filter(file -> file.toString().endsWith(".jsa")).toList()) {
        Files.delete(old);
      }
    }
  }

  private static void make(Path archive) throws IOException, InterruptedException {
    int port = FreePort.find();
    BusbarProcess node =
        BusbarProcess.options()
            .withoutArchive()
            .jvm("-Dhazelcast.wait.seconds.before.join=0")
            .jvm("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
            .set("cluster.enabled", true)
            .set("cluster.name", "archive-" + port)
            .set("cluster.port", port)
            .set("cluster.members", "['127.0.0.1:" + port + "']")
            .set("tcp-bridge.enabled", true)
            .start();
    try (node) {
      HttpClient http = HttpClient.newHttpClient();
      for (URI page :
          List.of(
              node.http().resolve("/"),
              node.http().resolve("/eventbus/info"),
              node.http().resolve("/socket.io/?EIO=4&transport=polling"),
              node.admin().resolve("/health"),
              node.admin().resolve("/metrics"))) {
        http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.discarding());
      }
      node.terminate();
      if (node.exitCode() != 0 || !Files.exists(archive)) {
        throw new IllegalStateException("no archive was made: " + node.errLines());
      }
    }
  }
}
