package io.busbar.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A node in a process of its own, whose JVM writes an archive when it ends. It has free ports of
 * the loopback interface, its own folder and its own configuration. It ignores the configuration in
 * the environment. Used by the thread of the command.
 */
final class TrainingNode implements AutoCloseable {
  private static final String READY = "Busbar ready in ";
  private static final Pattern HTTP = Pattern.compile(" (http://[^ ]+)");
  private static final Pattern STOMP = Pattern.compile(" stomp://[^ ]+:(\\d+)");

  /**
   * The time limit for the JVM to write the archive. It needs a few seconds, on a small machine
   * more.
   */
  private static final long WRITING_SECONDS = 300;

  /** The configuration is a file, so that the archive has the classes that read one. */
  private static final String CONFIGURATION =
      """
      http: {host: 127.0.0.1, port: 0}
      stomp: {host: 127.0.0.1, port: 0}
      tcp-bridge: {host: 127.0.0.1, port: 0}
      admin: {host: 127.0.0.1, port: 0}
      pusher: {apps: [{id: '1', key: training, secret: training}]}
      """;

  private final Process process;
  private final Path log;
  private final URI http;
  private final int stomp;

  private TrainingNode(Process process, Path log, String ready) {
    this.process = process;
    this.log = log;
    this.http = URI.create(found(HTTP, ready));
    this.stomp = Integer.parseInt(found(STOMP, ready));
  }

  /** Starts the node and returns when it is ready. */
  static TrainingNode start(Path jar, List<String> jvm, Path folder)
      throws TrainingException, IOException {
    Path configuration = Files.writeString(folder.resolve("training.yaml"), CONFIGURATION);
    Path log = folder.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(List.of("-jar", jar.toString(), "--config", configuration.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(log.toFile());
    builder.environment().keySet().removeIf(TrainingNode::isOurs);
    Process process = builder.start();
    // If the command is killed, its node must not go on.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    String ready = ready(process);
    if (ready == null) {
      process.destroyForcibly();
      throw new TrainingException("the node did not start: " + lastLine(log));
    }
    return new TrainingNode(process, log, ready);
  }

  /** Returns whether the variable would change what the node does. */
  private static boolean isOurs(String variable) {
    String name = variable.toUpperCase(Locale.ROOT);
    return name.startsWith("BUSBAR_")
        || List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS").contains(name);
  }

  /**
   * The line that says that the node is ready; null if the node ends before. The reader stays open,
   * because the node may print more.
   */
  private static @Nullable String ready(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(READY)) {
        return line;
      }
    }
    return null;
  }

  private static String found(Pattern pattern, String line) {
    Matcher matcher = pattern.matcher(line);
    if (!matcher.find()) {
      throw new IllegalStateException("no " + pattern + " in " + line);
    }
    return matcher.group(1);
  }

  URI http() {
    return http;
  }

  /** The TCP port of STOMP. */
  int stomp() {
    return stomp;
  }

  /** Ends the node, and returns when its archive is written. */
  void end() throws TrainingException, IOException, InterruptedException {
    process.toHandle().destroy();
    // Its output must be read to the end, or the node would block in a write.
    process.getInputStream().transferTo(OutputStream.nullOutputStream());
    if (!process.waitFor(WRITING_SECONDS, TimeUnit.SECONDS)) {
      throw new TrainingException("the JVM did not end");
    }
    if (process.exitValue() != 0) {
      throw new TrainingException("the node ended badly: " + lastLine(log));
    }
  }

  private static String lastLine(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
