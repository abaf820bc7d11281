package io.busbar.deploy;

import io.busbar.config.Home;
import io.busbar.config.ScriptConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the features of a node are written in. What runs a language of scripts is loaded once, when
 * the first of them comes. Any thread may ask.
 */
final class Languages {
  private static final System.Logger LOG = System.getLogger("io.busbar.deploy");
  private static final FeatureLanguage JAVA = new JavaLanguage();

  /** A language of scripts: what files end in it, and who runs it. */
  private record Scripts(String name, String ending, String archive, String ours, String library) {}

  private static final List<Scripts> SCRIPTS =
      List.of(
          new Scripts(
              "JavaScript",
              ".js",
              "busbar-js.jar",
              "io.busbar.js.JavaScript",
              "org.graalvm.polyglot.Engine"),
          new Scripts(
              "Groovy",
              ".groovy",
              "busbar-groovy.jar",
              "io.busbar.groovy.Groovy",
              "groovy.lang.GroovyClassLoader"));

  private final ScriptConfig limits;
  private final Map<Scripts, FeatureLanguage> loaded = new ConcurrentHashMap<>();

  Languages(ScriptConfig limits) {
    this.limits = limits;
  }

  /** Whether that names a file of a language of scripts. */
  static boolean isScript(String verticle) {
    return SCRIPTS.stream().anyMatch(each -> verticle.endsWith(each.ending));
  }

  /**
   * Will read the feature's code; may wait.
   *
   * @throws FeatureException where it cannot be used
   */
  FeatureCode load(FeatureArchive archive) {
    String verticle = archive.manifest().verticle();
    FeatureLanguage language =
        SCRIPTS.stream()
            .filter(each -> verticle.endsWith(each.ending))
            .findFirst()
            .map(each -> loaded.computeIfAbsent(each, Languages::open))
            .orElse(JAVA);
    return language.load(new FeatureSource(archive.file(), verticle, limits));
  }

  private static FeatureLanguage open(Scripts scripts) {
    Path library = Home.beside(scripts.archive).orElse(null);
    LanguageClassLoader classes = new LanguageClassLoader(library, scripts.ours);
    try {
      return open(scripts, classes);
    } catch (FeatureException e) {
      close(classes);
      throw e;
    }
  }

  private static FeatureLanguage open(Scripts scripts, ClassLoader classes) {
    try {
      Class.forName(scripts.library, false, classes);
      Class<?> ours = Class.forName(scripts.ours, true, classes);
      return (FeatureLanguage) ours.getDeclaredConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      throw FeatureException.unusable(
          scripts.name + " needs " + scripts.archive + " beside busbar.jar");
    } catch (ReflectiveOperationException | LinkageError e) {
      throw FeatureException.unusable(scripts.archive + " cannot be used: " + e);
    }
  }

  private static void close(LanguageClassLoader classes) {
    try {
      classes.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a library could not be closed", e);
    }
  }
}
