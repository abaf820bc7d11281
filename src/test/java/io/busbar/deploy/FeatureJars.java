package io.busbar.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Makes jars of features from source code. Used by the thread of the test. */
public final class FeatureJars {
  private final Path folder;

  public FeatureJars(Path folder) {
    this.folder = folder;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    private Source(String name, String text) {
      super(URI.create("string:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /**
   * Makes a jar with a manifest and classes.
   *
   * @param manifest null for none
   * @param sources the source code by class names
   */
  public Path of(String manifest, Map<String, String> sources) {
    return of(manifest, sources, Map.of());
  }

  /**
   * Does the same with more files.
   *
   * @param others the texts of the files by their names
   */
  public Path of(String manifest, Map<String, String> sources, Map<String, String> others) {
    try {
      Path classes = Files.createTempDirectory(folder, "classes");
      compile(classes, sources);
      Path jar = Files.createTempFile(folder, "feature", ".jar");
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
          Stream<Path> files = Files.walk(classes)) {
        if (manifest != null) {
          add(out, "META-INF/busbar.yaml", manifest.getBytes(StandardCharsets.UTF_8));
        }
        for (Map.Entry<String, String> other : others.entrySet()) {
          add(out, other.getKey(), other.getValue().getBytes(StandardCharsets.UTF_8));
        }
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          add(out, classes.relativize(file).toString(), Files.readAllBytes(file));
        }
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(JarOutputStream out, String name, byte[] bytes) throws IOException {
    out.putNextEntry(new JarEntry(name));
    out.write(bytes);
    out.closeEntry();
  }

  private static void compile(Path classes, Map<String, String> sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<Source> units =
        sources.entrySet().stream()
            .map(each -> new Source(each.getKey(), each.getValue()))
            .toList();
    List<String> options =
        List.of(
            "-d",
            classes.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "-proc:none",
            "--release",
            "17");
    Iterable<? extends JavaFileObject> all = units;
    if (!compiler.getTask(null, null, null, options, null, all).call()) {
      throw new IllegalStateException("the feature of the test does not compile");
    }
  }

  /**
   * Makes a jar whose verticle, {@code example.Broken}, does not start: {@code no database}.
   *
   * @param manifest the manifest of the jar
   */
  public Path broken(String manifest) {
    return of(
        manifest,
        Map.of(
            "example.Broken",
            """
            package example;

            public final class Broken extends io.vertx.core.VerticleBase {
              @Override
              public io.vertx.core.Future<?> start() {
                return io.vertx.core.Future.failedFuture("no database");
              }
            }
            """));
  }

  /**
   * Makes a feature that answers requests to {@code poll} with its version.
   *
   * @param answerMillis the delay of each answer, in milliseconds
   */
  public Path poll(String version, int answerMillis) {
    return poll(version, answerMillis, "");
  }

  /** Does the same with more lines in the manifest and more files in the jar. */
  public Path poll(String version, int answerMillis, String manifest, String... files) {
    Map<String, String> others = new HashMap<>();
    for (int i = 0; i < files.length; i += 2) {
      others.put(files[i], files[i + 1]);
    }
    return of(
        """
        name: poll
        version: "%s"
        verticle: example.Poll
        """
                .formatted(version)
            + manifest,
        Map.of(
            "example.Poll",
            """
            package example;

            import io.vertx.core.Future;
            import io.vertx.core.VerticleBase;
            import io.vertx.core.eventbus.Message;
            import io.vertx.core.json.JsonObject;

            public final class Poll extends VerticleBase {
              private int asked;

              @Override
              public Future<?> start() {
                return vertx.eventBus().consumer("poll", this::answer).completion();
              }

              private void answer(Message<Object> message) {
                JsonObject answer = new JsonObject()
                    .put("version", "%s")
                    .put("question", message.body())
                    .put("title", config().getString("title"))
                    .put("asked", ++asked)
                    .put("here", ProcessHandle.current().pid());
                if (%d == 0) {
                  message.reply(answer);
                } else {
                  vertx.setTimer(%d, timer -> message.reply(answer));
                }
              }
            }
            """
                .formatted(version, answerMillis, Math.max(1, answerMillis))),
        others);
  }
}
