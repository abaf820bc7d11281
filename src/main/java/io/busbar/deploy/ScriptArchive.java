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

/**
 * Packs a single script into an archive, so that all other code handles archives only. Its
 * functions block.
 */
public final class ScriptArchive {
  private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private ScriptArchive() {}

  /**
   * Replaces the script by an archive that contains it. It blocks.
   *
   * @param upload the file with the script
   * @param script the original file name, for example poll.js. The feature gets its name from it
   * @throws FeatureException if that is not the name of a script
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

  /** Makes an archive of a script in a temporary file. */
  static Path of(Path script) throws IOException {
    Path copy = Files.createTempFile("busbar-", ".upload");
    Files.copy(script, copy, StandardCopyOption.REPLACE_EXISTING);
    pack(copy, script.getFileName().toString());
    return copy;
  }

  private static void write(Path jar, Path text, String script) throws IOException {
    String name = script.substring(0, script.lastIndexOf('.'));
    // JSON is valid YAML.
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

  /** Makes an entry without a time. So the same script always makes the same archive. */
  private static JarEntry entry(String name) {
    JarEntry entry = new JarEntry(name);
    entry.setTime(0);
    return entry;
  }
}
