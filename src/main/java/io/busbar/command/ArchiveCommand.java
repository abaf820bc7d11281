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
 * The command that makes a class archive, with which the JVM starts faster. From Java 25 on the
 * archive is an AOT cache and also has profiles of the code. The command runs a node and clients
 * for it. The JVM of the node writes the archive when the node ends. The archive works with this
 * jar and this JDK only. With another JDK the JVM starts without it; {@link ArchivedJar} handles
 * another jar. Used by the thread of the command.
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

  /** From this Java version on, the archive has profiles too, and one run makes it. */
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

  /**
   * Makes both files in the temporary folder and moves them when both are complete. A node may
   * start meanwhile, and must not read half a file.
   */
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
   * The options without which these JVMs would start slowly. The first two let Netty access memory
   * as on older JVMs. Without the first, the JVM would print a warning. The third prevents
   * generated code for each constructor that our configuration calls by reflection.
   */
  private static List<String> sinceItLearns() {
    return List.of(
        "--sun-misc-unsafe-memory-access=allow",
        "-Dio.netty.noUnsafe=false",
        "-Djdk.reflect.useNativeAccessorOnly=true");
  }

  /** Quotes the option for a file of java. Outside of quotes, a blank ends an option. */
  private static String line(String option) {
    return '"' + option.replace("\\", "\\\\").replace("\"", "\\\"") + "\"\n";
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * The path of this jar. JVMs before Java 25 find no class in an archive if the path has
   * characters that a URL escapes, for example a blank (%20).
   */
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
