package io.busbar.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The folders that Busbar searches for its files: first the working directory, then the jar's. */
public final class Home {
  private Home() {}

  /** Returns the file; empty when it is only in the jar, or does not exist. */
  public static Optional<Path> find(String name) {
    Path here = Path.of(name);
    if (Files.exists(here)) {
      return Optional.of(here);
    }
    return beside(name);
  }

  /** Returns the file in the jar's folder; empty when it does not exist, or without a jar. */
  public static Optional<Path> beside(String name) {
    return jar().map(jar -> jar.resolveSibling(name)).filter(Files::exists);
  }

  private static Optional<Path> jar() {
    try {
      URI code = Home.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      return Optional.of(Path.of(code)).filter(Files::isRegularFile);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
