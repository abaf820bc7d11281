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
 * Where the code of a feature is.
 *
 * @param archive the jar
 * @param verticle a class in it, or a script
 * @param limits of scripts
 */
public record FeatureSource(Path archive, String verticle, ScriptConfig limits) {
  /** Characters are what a parser keeps several times over. */
  private static final int LONGEST_SCRIPT = 4 << 20;

  /** The script's text. */
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
