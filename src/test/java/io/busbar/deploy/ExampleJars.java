package io.busbar.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import groovy.lang.Closure;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.codehaus.groovy.control.CompilationUnit;
import org.codehaus.groovy.control.CompilerConfiguration;

/**
 * Compiles the examples, and packs each one into a jar with the library of its language. Used by
 * the thread of the test.
 */
final class ExampleJars {
  private static final Path EXAMPLES = Path.of("src", "site", "examples");
  private static final Path KOTLIN = Path.of("target", "kotlin");

  /**
   * The Kotlin compiler. It is loaded once in this JVM, because most of a compilation is the start
   * of the compiler.
   */
  private static final class KotlinCompiler {
    static final Class<?> MAIN = load();

    private KotlinCompiler() {}

    private static Class<?> load() {
      try (Stream<Path> all = Files.list(KOTLIN)) {
        List<URL> urls = new ArrayList<>();
        for (Path each : all.toList()) {
          urls.add(each.toUri().toURL());
        }
        ClassLoader loader =
            new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
        return loader.loadClass("org.jetbrains.kotlin.cli.jvm.K2JVMCompiler");
      } catch (IOException | ClassNotFoundException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private final Path folder;

  ExampleJars(Path folder) {
    this.folder = folder;
  }

  /** Makes a jar of an example class in Groovy. */
  Path groovy(String name) throws Exception {
    Path classes = Files.createTempDirectory(folder, "groovy");
    CompilerConfiguration options = new CompilerConfiguration();
    options.setTargetDirectory(classes.toFile());
    options.setTargetBytecode(CompilerConfiguration.JDK17);
    CompilationUnit unit = new CompilationUnit(options);
    unit.addSource(EXAMPLES.resolve("groovy-class").resolve(name + ".groovy").toFile());
    unit.compile();
    Path library =
        Path.of(Closure.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return jar(name, classes, library);
  }

  /** Makes a jar of an example class in Kotlin. */
  Path kotlin(String name) throws Exception {
    Path classes = Files.createTempDirectory(folder, "kotlin");
    Path library = kotlinJar("kotlin-stdlib-");
    String path = System.getProperty("java.class.path") + File.pathSeparator + library;
    String[] arguments = {
      "-no-stdlib",
      "-no-reflect",
      "-nowarn",
      "-jvm-target",
      "17",
      "-d",
      classes.toString(),
      "-classpath",
      path,
      EXAMPLES.resolve("kotlin").resolve(name + ".kt").toString()
    };
    Class<?> main = KotlinCompiler.MAIN;
    Object exit =
        main.getMethod("exec", PrintStream.class, String[].class)
            .invoke(main.getDeclaredConstructor().newInstance(), System.err, arguments);
    assertThat(exit).hasToString("OK");
    return jar(name, classes, library);
  }

  private static Path kotlinJar(String start) throws IOException {
    try (Stream<Path> all = Files.list(KOTLIN)) {
      return all.filter(each -> each.getFileName().toString().startsWith(start))
          .findFirst()
          .orElseThrow();
    }
  }

  private Path jar(String name, Path classes, Path library) throws IOException {
    Path jar = Files.createTempFile(folder, name, ".jar");
    String manifest =
        "{name: " + name.toLowerCase(Locale.ROOT) + ", verticle: example." + name + "}";
    Set<String> known = new HashSet<>();
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> all = Files.walk(classes);
        ZipFile more = new ZipFile(library.toFile())) {
      out.setLevel(1);
      add(out, known, "META-INF/busbar.yaml", manifest.getBytes(StandardCharsets.UTF_8));
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        add(out, known, classes.relativize(each).toString(), Files.readAllBytes(each));
      }
      for (ZipEntry each : more.stream().filter(entry -> !entry.isDirectory()).toList()) {
        try (InputStream in = more.getInputStream(each)) {
          add(out, known, each.getName(), in.readAllBytes());
        }
      }
    }
    return jar;
  }

  private static void add(JarOutputStream out, Set<String> known, String name, byte[] bytes)
      throws IOException {
    if (known.add(name)) {
      out.putNextEntry(new JarEntry(name));
      out.write(bytes);
      out.closeEntry();
    }
  }
}
