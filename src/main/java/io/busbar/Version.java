package io.busbar;

import io.vertx.core.internal.VertxInternal;
import picocli.CommandLine.IVersionProvider;

/** The text of {@code --version}. */
final class Version implements IVersionProvider {
  /** The version in the jar's manifest; {@code unpackaged} for classes that are not in a jar. */
  static String number() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  @Override
  public String[] getVersion() {
    String java = System.getProperty("java.version");
    return new String[] {
      String.format("Busbar %s (Java %s, Vert.x %s)", number(), java, VertxInternal.version())
    };
  }
}
