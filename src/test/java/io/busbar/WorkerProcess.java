package io.busbar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One of the workers of {@code src/site/resources/workers}, which runs until it is closed. Any
 * thread may use it.
 */
public final class WorkerProcess implements AutoCloseable {
  private static final Path FOLDER = Path.of("src", "site", "resources", "workers");
  private static final long PATIENCE_SECONDS = 60;
  private static final String DID = "did ";

  /** The languages of the workers. */
  public enum Language {
    PYTHON("worker.py", List.of("/usr/bin/python3")),
    NODE("worker.mjs", List.of("node")),
    GO("worker.go", List.of("go", "run")),
    JAVA("Worker.java", List.of(TestJvm.java(), "-cp", jar()));

    private final String file;
    private final List<String> command;

    Language(String file, List<String> command) {
      this.file = file;
      this.command = command;
    }

    private static String jar() {
      return System.getProperty("busbar.jar", "target/busbar.jar");
    }

    /** Skips the test with a line that says so, if the language is not installed. */
    public void assumeThere() {
      String program = command.get(0);
      boolean there =
          program.startsWith("/")
              ? Files.isExecutable(Path.of(program))
              : Stream.of(System.getenv("PATH").split(File.pathSeparator))
                  .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
      Prerequisites.assume(there, "No " + program + ": " + FOLDER.resolve(file) + " is not run");
    }

    /** Will start a worker that connects to that port. Returns at once. */
    public WorkerProcess start(int tcpBridgePort, String address) {
      List<String> all =
          Stream.concat(command.stream(), Stream.of(FOLDER.resolve(file).toString())).toList();
      ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
      builder.environment().put("BUSBAR_PORT", Integer.toString(tcpBridgePort));
      builder.environment().put("ADDRESS", address);
      try {
        return new WorkerProcess(builder.start());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread reading;

  private WorkerProcess(Process process) {
    this.process = process;
    this.reading = new Thread(this::read, "worker-output");
    reading.setDaemon(true);
    reading.start();
  }

  private void read() {
    try (BufferedReader reader = process.inputReader()) {
      reader.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException e) {
      lines.add("(cut off: " + e + ")");
    }
  }

  /** The requests that it has handled so far. A repeated one is there more than once. */
  public List<String> handled() {
    return lines.stream()
        .filter(line -> line.startsWith(DID))
        .map(line -> line.substring(DID.length()))
        .toList();
  }

  /** The lines of its output so far. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** Will send any signal to it and its child processes: KILL, TERM, STOP, CONT. */
  public void signal(String name) {
    Stream<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()));
    all.forEach(each -> signal(name, each.pid()));
  }

  private static void signal(String name, long pid) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Will wait for its end and all its output, and return its exit code. */
  public int exitCode() {
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(lines::toString).isTrue();
      reading.join();
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Will kill it if it still runs, and return when it has ended. */
  @Override
  public void close() {
    if (process.isAlive()) {
      signal("KILL");
    }
    exitCode();
  }
}
