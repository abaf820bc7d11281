package io.busbar.deploy;

import io.busbar.config.ScriptConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The place of a feature's code. Immutable.
 *
 * @param archive the jar
 * @param verticle a class or a script in the jar
 * @param limits the limits of scripts
 */
public record FeatureSource(Path archive, String verticle, ScriptConfig limits) {
  /** The limit in bytes, because a parser keeps several copies of the text. */
  private static final int LONGEST_SCRIPT = 4 << 20;

  /**
   * Reads the text of the script. It blocks.
   *
   * @throws FeatureException if it is missing, too large, or not UTF-8
   */
  public String text() {
    try (ZipFile jar = new ZipFile(archive.toFile())) {
      ZipEntry entry = jar.getEntry(verticle);
      if (entry == null) {
        throw FeatureException.unusable("the archive has no file " + verticle);
      }
      try (InputStream in = jar.getInputStream(entry)) {
        byte[] bytes = in.readNBytes(LONGEST_SCRIPT + 1);
        if (bytes.length > LONGEST_SCRIPT) {
          throw FeatureException.unusable(verticle + " is larger than 4 MiB");
        }
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      }
    } catch (CharacterCodingException e) {
      throw FeatureException.unusable(verticle + " is not UTF-8");
    } catch (IOException e) {
      throw FeatureException.unusable("the archive is no jar");
    }
  }
}
