package io.busbar.groovy;

import groovy.lang.GroovyClassLoader;
import groovy.lang.Script;
import io.busbar.config.OneLine;
import io.busbar.config.Reason;
import io.busbar.deploy.FeatureClassLoader;
import io.busbar.deploy.FeatureCode;
import io.busbar.deploy.FeatureException;
import io.busbar.deploy.FeatureLanguage;
import io.busbar.deploy.FeatureSource;
import io.vertx.core.Deployable;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import org.codehaus.groovy.control.CompilationFailedException;
import org.codehaus.groovy.control.MultipleCompilationErrorsException;
import org.codehaus.groovy.control.messages.SyntaxErrorMessage;
import org.codehaus.groovy.runtime.InvokerHelper;
import org.codehaus.groovy.syntax.SyntaxException;

/**
 * Runs features in Groovy and compiles them when they are deployed. A script has the same rights as
 * a class in a jar. Any thread may use it.
 */
public final class Groovy implements FeatureLanguage {
  private static final System.Logger LOG = System.getLogger("io.busbar.groovy");

  /** The packages that all scripts share, besides Vert.x. */
  private static final List<String> LIBRARY =
      List.of(
          "groovy.",
          "groovyjarjarantlr4.",
          "groovyjarjarasm.",
          "groovyjarjarpicocli.",
          "org.apache.groovy.",
          "org.codehaus.groovy.");

  /** A compiled script. */
  private record Code(
      Class<?> script, String file, GroovyClassLoader classes, FeatureClassLoader jar)
      implements FeatureCode {
    @Override
    public Deployable instance(Vertx vertx) {
      try {
        Object made = script.getDeclaredConstructor().newInstance();
        return made instanceof Deployable verticle
            ? verticle
            : new GroovyVerticle(vertx, (Script) made, file);
      } catch (ReflectiveOperationException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        throw FeatureException.notStarted(file + " cannot be made: " + cause, cause);
      }
    }

    @Override
    public void close() {
      Groovy.close(classes, jar);
    }
  }

  @Override
  public FeatureCode load(FeatureSource source) {
    String text = source.text();
    FeatureClassLoader jar =
        new FeatureClassLoader(source.archive(), Groovy.class.getClassLoader(), LIBRARY);
    GroovyClassLoader classes = new GroovyClassLoader(jar);
    try {
      Class<?> script = classes.parseClass(text, source.verticle());
      if (!Script.class.isAssignableFrom(script) && !Deployable.class.isAssignableFrom(script)) {
        throw FeatureException.unusable(source.verticle() + " is neither a script nor a verticle");
      }
      return new Code(script, source.verticle(), classes, jar);
    } catch (CompilationFailedException e) {
      close(classes, jar);
      throw FeatureException.unusable(words(e, source.verticle()));
    } catch (FeatureException e) {
      close(classes, jar);
      throw e;
    }
  }

  /** Describes the first error in one line: {@code poll.groovy:3:10: ...}. */
  private static String words(CompilationFailedException e, String file) {
    if (e instanceof MultipleCompilationErrorsException many
        && many.getErrorCollector().getError(0) instanceof SyntaxErrorMessage first) {
      SyntaxException cause = first.getCause();
      String where = file + ":" + cause.getStartLine() + ":" + cause.getStartColumn() + ": ";
      return where + OneLine.of(cause.getOriginalMessage());
    }
    return file + ": " + OneLine.of(Reason.of(e));
  }

  /**
   * Closes the class loaders. Groovy's own tables would keep each class, so it is removed there
   * first.
   */
  private static void close(GroovyClassLoader classes, FeatureClassLoader jar) {
    for (Class<?> each : classes.getLoadedClasses()) {
      InvokerHelper.removeClass(each);
    }
    try {
      classes.close();
      jar.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "an archive could not be closed", e);
    }
  }
}
