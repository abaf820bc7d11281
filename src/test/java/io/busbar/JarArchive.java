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
 * The archive of the jar's classes, for every JVM of the tests that runs the jar. Without it,
 * reading and verifying classes is nearly half of a node's start. A node of a cluster makes it once
 * for each jar, below {@code target}. Any thread may use it.
 */
final class JarArchive {
  private JarArchive() {}

  /** Makes the archive when the class is first used. */
  private static final class Holder {
    static final String OPTION = "-XX:SharedArchiveFile=" + made(TestJvm.jar());

    private Holder() {}
  }

  /**
   * Will return the option for a JVM that runs {@link TestJvm#jar}. Makes the archive first if it
   * is missing.
   */
  static String option() {
    return Holder.OPTION;
  }

  /** A file lock orders the JVMs of the tests. The second one finds the archive of the first. */
  private static Path made(Path jar) {
    try {
      Path folder = Files.createDirectories(Path.of("target", "archive").toAbsolutePath());
      // The JVM refuses an archive of another JDK or jar, with a warning that no test expects.
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
