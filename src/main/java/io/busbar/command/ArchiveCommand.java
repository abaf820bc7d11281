package io.busbar.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Makes what the JVM starts faster with: an archive of the classes, from Java 25 on with what it
 * learned about the code (an AOT cache). A node serves clients for it, and writes it when it ends.
 * The archive is tied to this jar and this JDK: with another JDK the JVM starts as it does without,
 * and {@link ArchivedJar} has the rest.
 */
@Command(
    name = "archive",
    description = {
      "Makes an archive of the classes, with which a node starts faster, and a file of JVM options"
          + " that uses it:",
      "java @busbar.options -jar busbar.jar"
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class ArchiveCommand implements Callable<Integer> {
  private static final int FAILED = 2;

  /** Since then what the JVM learned is in the archive, and one run makes it. */
  private static final int LEARNS = 25;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Where to write both files; beside the jar without.")
  private @Nullable Path directory;

  @Option(
      names = "--jvm",
      paramLabel = "OPTION",
      description =
          "A JVM option for the file, which the archive must know: -XX:+UseSerialGC. Repeatable.")
  private List<String> more = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    try {
      boolean learns = Runtime.version().feature() >= LEARNS;
      Path jar = jar(learns);
      Path folder =
          Objects.requireNonNull(directory == null ? jar.toAbsolutePath().getParent() : directory)
              .toAbsolutePath();
      Path temporary = Files.createTempDirectory(folder, ".busbar-archive");
      try {
        make(learns, jar, folder, temporary);
      } finally {
        delete(temporary);
      }
      return 0;
    } catch (TrainingException e) {
      System.err.println("busbar: no archive was made: " + e.getMessage());
    } catch (IOException e) {
      System.err.println("busbar: no archive was made: " + e);
    }
    return FAILED;
  }

  /** Moves both to where they belong when both are whole: a node may start meanwhile. */
  private void make(boolean learns, Path jar, Path folder, Path temporary)
      throws TrainingException, IOException, InterruptedException {
    String name = learns ? "busbar.aot" : "busbar.jsa";
    Path archive = temporary.resolve(name);
    List<String> options = new ArrayList<>(learns ? sinceItLearns() : List.of());
    options.addAll(more);
    List<String> training = new ArrayList<>(options);
    training.add((learns ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive);
    try (TrainingNode node = TrainingNode.start(jar, training, temporary)) {
      new TrainingClients(node.http(), node.stomp()).run();
      node.end();
    }
    if (!Files.exists(archive)) {
      throw new TrainingException("the JVM wrote none");
    }
    Path made = folder.resolve(name);
    options.add((learns ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + made);
    if (learns) {
      options.add(ArchivedJar.option(jar));
    }
    Path file = temporary.resolve("busbar.options");
    Files.writeString(
        file, options.stream().map(ArchiveCommand::line).collect(Collectors.joining()));
    move(archive, made);
    move(file, folder.resolve("busbar.options"));
    System.out.println(
        made + " is written: java @" + folder.resolve("busbar.options") + " -jar " + jar);
  }

  /**
   * What would be slow at a start of these JVMs. Netty may use the memory access that it uses on
   * those before, which the JVM warns of where it was not allowed. Reflection makes no code of its
   * own for each constructor of our configuration.
   */
  private static List<String> sinceItLearns() {
    return List.of(
        "--sun-misc-unsafe-memory-access=allow",
        "-Dio.netty.noUnsafe=false",
        "-Djdk.reflect.useNativeAccessorOnly=true");
  }

  /** As java reads it from a file: blanks end an option outside of quotes. */
  private static String line(String option) {
    return '"' + option.replace("\\", "\\\\").replace("\"", "\\\"") + "\"\n";
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Those JVMs find no class in an archive where the URL of the jar is not its path: %20. */
  private static Path jar(boolean learns) throws TrainingException {
    Path jar = ArchivedJar.path();
    if (!Files.isRegularFile(jar)) {
      throw new TrainingException("this is not run from a jar");
    }
    if (!learns && !jar.toUri().getRawPath().equals(jar.toString())) {
      throw new TrainingException(
          "before Java " + LEARNS + " the path of the jar may only have letters, digits and -_./");
    }
    return jar;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
