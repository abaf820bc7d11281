package io.busbar;

import io.vertx.core.internal.VertxInternal;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    String java = System.getProperty("java.version");
    return new String[] {
      String.format(
          "Busbar %s (Java %s, Vert.x %s)",
          version == null ? "unpackaged" : version, java, VertxInternal.version())
    };
  }
}
