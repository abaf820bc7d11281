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
 * The languages of the features on a node. The code for a script language is loaded once, with the
 * first script. Any thread may use it.
 */
final class Languages {
  private static final System.Logger LOG = System.getLogger("io.busbar.deploy");
  private static final FeatureLanguage JAVA = new JavaLanguage();

  /**
   * A script language.
   *
   * @param name its name for people
   * @param ending the end of its file names
   * @param archive the archive with its library
   * @param ours the class of Busbar that runs it
   * @param library a class of the library
   */
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

  /** Returns whether the name of the verticle is that of a script. */
  static boolean isScript(String verticle) {
    return SCRIPTS.stream().anyMatch(each -> verticle.endsWith(each.ending));
  }

  /**
   * Reads the code of the feature. It may block.
   *
   * @throws FeatureException if the code cannot be used
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
