package io.busbar.http;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;

/** Where the jar lies. */
final class Beside {
  private Beside() {}

  /** The folder of the jar, or of the classes that run. */
  static Path theJar() {
    CodeSource source = Beside.class.getProtectionDomain().getCodeSource();
    try {
      return Path.of(source.getLocation().toURI()).getParent();
    } catch (URISyntaxException e) {
      return Path.of("");
    }
  }
}
