package io.busbar.deploy;

import io.busbar.config.FeatureManifest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;

/** A script that comes alone becomes an archive, so that all else handles one kind of thing. */
public final class ScriptArchive {
  private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private ScriptArchive() {}

  /**
   * Puts an archive with the script in the place of the script; may wait.
   *
   * @param script the file's own name, like poll.js, from which the feature has its name
   * @throws FeatureException where that is none
   */
  public static void pack(Path upload, String script) throws IOException {
    if (!FILE.matcher(script).matches() || !Languages.isScript(script)) {
      throw FeatureException.unusable(
          "script must be a file's name of letters, digits, dots and dashes that ends in .js or"
              + " .groovy");
    }
    Path jar = Files.createTempFile("busbar-", ".upload");
    try {
      write(jar, upload, script);
      Files.move(jar, upload, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(jar);
    }
  }

  /** An archive with a script that lies somewhere; in a temporary file. */
  static Path of(Path script) throws IOException {
    Path copy = Files.createTempFile("busbar-", ".upload");
    Files.copy(script, copy, StandardCopyOption.REPLACE_EXISTING);
    pack(copy, script.getFileName().toString());
    return copy;
  }

  private static void write(Path jar, Path text, String script) throws IOException {
    String name = script.substring(0, script.lastIndexOf('.'));
    // YAML has JSON in it
    String manifest = new JsonObject().put("name", name).put("verticle", script).encode();
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      out.putNextEntry(entry(FeatureManifest.PLACE));
      out.write(manifest.getBytes(StandardCharsets.UTF_8));
      out.putNextEntry(entry(script));
      Files.copy(text, out);
      out.closeEntry();
    }
  }

  /** Without a time, so that the same script is the same archive. */
  private static JarEntry entry(String name) {
    JarEntry entry = new JarEntry(name);
    entry.setTime(0);
    return entry;
  }
}
