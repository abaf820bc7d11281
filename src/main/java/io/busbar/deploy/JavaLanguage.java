package io.busbar.deploy;

import io.busbar.config.Reason;
import io.vertx.core.Deployable;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.System.Logger.Level;

/**
 * Loads verticles that are classes in the jar, compiled from any language. Any thread may use it.
 */
final class JavaLanguage implements FeatureLanguage {
  private static final System.Logger LOG = System.getLogger("io.busbar.deploy");

  static {
    // Otherwise Groovy keeps data at the classes of the JDK, and with it its own class loader for
    // ever. Each version of a feature that contains Groovy would leak.
    System.getProperties().putIfAbsent("groovy.use.classvalue", "false");
  }

  /** A verticle class and its class loader. */
  private record Code(Class<? extends Deployable> verticle, FeatureClassLoader classes)
      implements FeatureCode {
    @Override
    public Deployable instance(Vertx vertx) {
      try {
        return verticle.getDeclaredConstructor().newInstance();
      } catch (ReflectiveOperationException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        throw FeatureException.notStarted(verticle.getName() + " cannot be made: " + cause, cause);
      }
    }

    @Override
    public void close() {
      JavaLanguage.close(classes);
    }
  }

  @Override
  public FeatureCode load(FeatureSource source) {
    FeatureClassLoader classes =
        new FeatureClassLoader(source.archive(), JavaLanguage.class.getClassLoader());
    try {
      return new Code(verticle(source.verticle(), classes), classes);
    } catch (FeatureException e) {
      close(classes);
      throw e;
    }
  }

  private static Class<? extends Deployable> verticle(String name, ClassLoader classes) {
    try {
      Class<?> found = Class.forName(name, true, classes);
      if (!Deployable.class.isAssignableFrom(found)) {
        throw FeatureException.unusable(name + " is not a verticle");
      }
      return found.asSubclass(Deployable.class);
    } catch (ClassNotFoundException e) {
      throw FeatureException.unusable("the archive has no class " + name);
    } catch (LinkageError e) {
      throw FeatureException.unusable(name + " cannot be loaded: " + Reason.of(e));
    }
  }

  private static void close(FeatureClassLoader classes) {
    try {
      classes.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "an archive could not be closed", e);
    }
  }
}
