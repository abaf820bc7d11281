package io.busbar.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of the jar for the pages, the client libraries and the console of all ports. A worker
 * reads each file once, at its first request; it stays in memory. Any thread may use it.
 */
public final class ClassPathFiles {
  private static final ClassPathFiles ALL = new ClassPathFiles(16 << 20);

  private static final Pattern NAME = Pattern.compile("[\\w~./-]+");

  /** Matches names with a hash, as bundlers make them: {@code app.3f9c21d0.js}. */
  private static final Pattern HASHED =
      Pattern.compile("[.-](?=\\d*[a-f])(?=[a-f]*\\d)[0-9a-f]{8,64}(?:\\.\\w+)+$");

  private static final String FOR_GOOD = "public, max-age=31536000, immutable";
  private static final String TO_BE_ASKED_FOR = "no-cache";

  private final Map<String, ClassPathFile> kept = new ConcurrentHashMap<>();
  private final AtomicLong keptBytes = new AtomicLong();
  private final long mostBytes;

  /**
   * @param mostBytes limit of the files in memory, in bytes; beyond it files are read for each
   *     request
   */
  ClassPathFiles(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Answers GET and HEAD at a path with one file of the class path. */
  public static void mount(Router router, String path, String name) {
    router
        .route(path)
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(routing -> serve(routing, name, false));
  }

  /**
   * Answers a GET or HEAD with that file, or calls the next handler where it does not exist.
   *
   * @param name name from the root of the class path; a client may have made it up
   * @param forGood whether its path will never have another content
   */
  public static void serve(RoutingContext routing, String name, boolean forGood) {
    ClassPathFile known = ALL.kept.get(name);
    if (known != null) {
      answer(routing, known, name, forGood);
    } else if (!isName(name)) {
      routing.next();
    } else {
      routing
          .vertx()
          .executeBlocking(() -> ALL.find(name), false)
          .onFailure(routing::fail)
          .onSuccess(
              file -> {
                if (file == null) {
                  routing.next();
                } else {
                  answer(routing, file, name, forGood);
                }
              });
    }
  }

  /** Returns whether the name is valid: no hidden file, and no way out of a folder. */
  private static boolean isName(String name) {
    return NAME.matcher(name).matches()
        && !name.contains("/.")
        && !name.contains("//")
        && !name.endsWith("/");
  }

  /**
   * Returns the file from memory, or reads it; null for none. Concurrent callers wait for one read.
   */
  @Nullable ClassPathFile find(String name) {
    ClassPathFile file = kept.get(name);
    if (file != null) {
      return file;
    }
    return keptBytes.get() < mostBytes
        ? kept.computeIfAbsent(name, this::readToKeep)
        : ClassPathFile.read(name);
  }

  private @Nullable ClassPathFile readToKeep(String name) {
    ClassPathFile file = ClassPathFile.read(name);
    if (file != null) {
      keptBytes.addAndGet(file.size());
    }
    return file;
  }

  private static void answer(
      RoutingContext routing, ClassPathFile file, String name, boolean forGood) {
    boolean immutable = forGood || HASHED.matcher(name).find();
    new FileAnswer(routing, file).send(immutable ? FOR_GOOD : TO_BE_ASKED_FOR);
  }
}
