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
 * A node whose JVM writes an archive when it ends. It has free ports of the loopback interface, a
 * folder and a configuration of its own, and nothing of what the environment configures.
 */
final class TrainingNode implements AutoCloseable {
  private static final String READY = "Busbar ready in ";
  private static final Pattern HTTP = Pattern.compile(" (http://[^ ]+)");
  private static final Pattern STOMP = Pattern.compile(" stomp://[^ ]+:(\\d+)");

  /** Writing it takes the JVM a few seconds; a small machine may need many. */
  private static final long WRITING_SECONDS = 300;

  /** A file, so that the classes that read one are in the archive. */
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

  /** Will return when it is ready. */
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
    // Who ends the command has no node left that nobody knows of.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    String ready = ready(process);
    if (ready == null) {
      process.destroyForcibly();
      throw new TrainingException("the node did not start: " + lastLine(log));
    }
    return new TrainingNode(process, log, ready);
  }

  /** Whether it would have the node do what the command was not told. */
  private static boolean isOurs(String variable) {
    String name = variable.toUpperCase(Locale.ROOT);
    return name.startsWith("BUSBAR_")
        || List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS").contains(name);
  }

  /** Null when it ends without. The reader stays open: the node may say more. */
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

  /** The port of STOMP over TCP. */
  int stomp() {
    return stomp;
  }

  /** Will return when it has ended and its archive is written. */
  void end() throws TrainingException, IOException, InterruptedException {
    process.toHandle().destroy();
    // What it says is read on, so that it never waits for a reader.
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
