package io.busbar;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The jar in a JVM of its own, which runs until it is closed. Its HTTP port is a free one unless
 * the options say otherwise. Any thread may use it.
 */
public final class BusbarProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;
  private static final Pattern STOMP = Pattern.compile("stomp://[^ :]+:(\\d+)");
  private static final Pattern TCP_BRIDGE = Pattern.compile("tcp-bridge://[^ :]+:(\\d+)");
  private static final Pattern HTTP = Pattern.compile("(?<![a-z] )(http://[^ :]+:(\\d+))");

  private static final Pattern ADMIN = Pattern.compile("admin (http://[^ :]+:\\d+)");

  private final Process process;
  private final List<String> out = new CopyOnWriteArrayList<>();
  private final List<String> err = new CopyOnWriteArrayList<>();
  private final CompletableFuture<String> ready = new CompletableFuture<>();
  private final CompletableFuture<Void> allRead;

  private BusbarProcess(Process process) {
    this.process = process;
    CompletableFuture<Void> outEnded = read(process.inputReader(), this::hear, out);
    CompletableFuture<Void> errEnded = read(process.errorReader(), line -> {}, err);
    this.allRead = CompletableFuture.allOf(outEnded, errEnded);
    allRead.thenRun(() -> ready.completeExceptionally(new IOException("ended: " + err)));
  }

  /** The options of a process. {@link #start} may be called more than once. */
  public static final class Options {
    private final List<String> jvm = new ArrayList<>();
    private final List<String> before = new ArrayList<>();
    private final List<String> arguments =
        new ArrayList<>(
            List.of(
                "--set",
                "http.port=0",
                "--set",
                "stomp.port=0",
                "--set",
                "tcp-bridge.port=0",
                "--set",
                "admin.port=0"));
    private final ProcessBuilder builder = new ProcessBuilder();
    private boolean testClasses;
    private boolean optimized;
    private boolean archive = true;
    private String java = TestJvm.java();
    private Path jar = TestJvm.jar();

    private Options() {
      builder.environment().keySet().removeIf(name -> name.startsWith("BUSBAR_"));
      builder.environment().remove("JAVA_TOOL_OPTIONS");
    }

    /** Will run in that folder, not in that of the test. */
    public Options in(Path folder) {
      builder.directory(folder.toFile());
      return this;
    }

    public Options set(String key, Object value) {
      return arguments("--set", key + "=" + value);
    }

    public Options arguments(String... more) {
      arguments.addAll(Arrays.asList(more));
      return this;
    }

    /** Will run that jar and not the one that was built, without an archive of its classes. */
    public Options jar(Path other) {
      jar = other;
      return withoutArchive();
    }

    /** Will pass options to the JVM, like -Xmx64m. */
    public Options jvm(String... more) {
      jvm.addAll(Arrays.asList(more));
      return this;
    }

    public Options environment(Map<String, String> variables) {
      builder.environment().putAll(variables);
      return this;
    }

    /** Will be run by that command, which gets the rest as its arguments, like ip netns exec. */
    public Options by(List<String> command) {
      before.addAll(command);
      return this;
    }

    /** Will also find the classes of the tests, for features that only a test needs. */
    public Options withTestClasses() {
      testClasses = true;
      return this;
    }

    /** Will run long or under load, so the JVM uses its better compiler. */
    public Options optimized() {
      optimized = true;
      return this;
    }

    /** Will run that jar with that {@code java}, without an archive of its classes. */
    public Options of(String otherJava, Path otherJar) {
      java = otherJava;
      jar = otherJar;
      return withoutArchive();
    }

    /** Will read its classes from the jar, without an archive. */
    Options withoutArchive() {
      archive = false;
      return this;
    }

    /** Will return when the ready line is there. Throws if the process ends without it. */
    public BusbarProcess start() {
      BusbarProcess process = launch();
      try {
        process.ready.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return process;
      } catch (ExecutionException | TimeoutException | InterruptedException e) {
        process.close();
        throw new IllegalStateException("Busbar did not get ready: " + process.err, e);
      }
    }

    /** Will return at once. */
    public BusbarProcess launch() {
      Path tests = Path.of("target", "test-classes").toAbsolutePath();
      List<String> main =
          testClasses
              ? List.of(
                  "-cp", jar.toAbsolutePath() + File.pathSeparator + tests, "io.busbar.Busbar")
              : List.of("-jar", jar.toAbsolutePath().toString());
      List<String> command =
          Stream.of(
                  before,
                  List.of(java),
                  optimized ? List.<String>of() : List.of(TestJvm.SHORT_LIVED),
                  archive ? List.of(JarArchive.option()) : List.<String>of(),
                  jvm,
                  main,
                  arguments)
              .flatMap(List::stream)
              .toList();
      try {
        return new BusbarProcess(builder.command(command).start());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  public static Options options() {
    return new Options();
  }

  /** Like {@link #options}, but without any settings, because the given file names the ports. */
  public static Options plain() {
    Options options = new Options();
    options.arguments.clear();
    return options;
  }

  /** Will start with these settings, each {@code key=value}, and wait until it is ready. */
  public static BusbarProcess start(String... settings) {
    Options options = options();
    for (String setting : settings) {
      options.arguments("--set", setting);
    }
    return options.start();
  }

  private static CompletableFuture<Void> read(
      BufferedReader reader, Consumer<String> listener, List<String> lines) {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try (reader) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                  lines.add(line);
                  listener.accept(line);
                }
              } catch (IOException e) {
                lines.add("(cut off: " + e + ")");
              } finally {
                ended.complete(null);
              }
            },
            "busbar-output");
    thread.setDaemon(true);
    thread.start();
    return ended;
  }

  private void hear(String line) {
    if (line.startsWith("Busbar ready in ")) {
      ready.complete(line);
    }
  }

  /** The line that says that all ports are open. */
  public String readyLine() {
    return ready.join();
  }

  /** The address of the pages: {@code http://127.0.0.1:40123}. */
  public URI http() {
    return URI.create(httpPart(1));
  }

  /** The address of the pages over TLS. */
  public URI https() {
    Matcher matcher = Pattern.compile("https://[^ ]+").matcher(readyLine());
    if (!matcher.find()) {
      throw new IllegalStateException("no HTTPS port in: " + readyLine());
    }
    return URI.create(matcher.group().replace("127.0.0.1", "localhost"));
  }

  public int httpPort() {
    return Integer.parseInt(httpPart(2));
  }

  public int stompPort() {
    return port(STOMP);
  }

  /** The port of the TCP event-bus bridge, if it is enabled. */
  public int tcpBridgePort() {
    return port(TCP_BRIDGE);
  }

  private int port(Pattern url) {
    Matcher matcher = url.matcher(readyLine());
    if (!matcher.find()) {
      throw new IllegalStateException("no " + url + " in: " + readyLine());
    }
    return Integer.parseInt(matcher.group(1));
  }

  /** The address of health, metrics, API and console. */
  public URI admin() {
    Matcher matcher = ADMIN.matcher(readyLine());
    if (!matcher.find()) {
      throw new IllegalStateException("no admin port in: " + readyLine());
    }
    return URI.create(matcher.group(1));
  }

  private String httpPart(int group) {
    Matcher matcher = HTTP.matcher(readyLine());
    if (!matcher.find()) {
      throw new IllegalStateException("no HTTP port in: " + readyLine());
    }
    return matcher.group(group);
  }

  public long pid() {
    return process.pid();
  }

  /** The CPU time that it has used. */
  public long cpuNanos() {
    return process.info().totalCpuDuration().orElseThrow().toNanos();
  }

  /** The lines of its standard output so far. */
  public List<String> outLines() {
    return List.copyOf(out);
  }

  /** The lines of its standard error so far. */
  public List<String> errLines() {
    return List.copyOf(err);
  }

  /** Will return when standard error has a line with that text. */
  public void awaitErr(String text) {
    Instant end = Instant.now().plusSeconds(PATIENCE_SECONDS);
    while (err.stream().noneMatch(line -> line.contains(text))) {
      if (Instant.now().isAfter(end) || allRead.isDone()) {
        throw new IllegalStateException("no \"" + text + "\" in: " + err);
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  /** Will kill it (SIGKILL). */
  public void kill() {
    process.toHandle().destroyForcibly();
  }

  /** Will ask it to end (SIGTERM). */
  public void terminate() {
    // not process.destroy(), which would also close its output
    process.toHandle().destroy();
  }

  /** Will send any signal: INT, STOP, CONT. */
  public void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Will wait for its end and all its output, and return its exit code. */
  public int exitCode() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("still running: " + out + err);
      }
      allRead.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return process.exitValue();
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Will kill it if it still runs, and return when it has ended. */
  @Override
  public void close() {
    kill();
    exitCode();
  }
}
