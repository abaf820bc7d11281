package io.busbar;

import io.vertx.core.internal.VertxInternal;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
  /** Of this build, from the jar's manifest; {@code unpackaged} when classes run without one. */
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
