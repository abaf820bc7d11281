package io.busbar.deploy;

import io.busbar.config.ConfigException;
import io.busbar.config.FeatureManifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A jar with a feature in it.
 *
 * @param file the jar
 * @param manifest what it says of itself, but for what who deploys it says
 * @param overlay YAML of who deploys it, laid over the configuration; empty for none
 */
record FeatureArchive(Path file, FeatureManifest manifest, String overlay) {
  private static final int LONGEST_MANIFEST = 256 << 10;

  /**
   * Reads what the jar says of itself.
   *
   * @throws FeatureException where it is none, or says what cannot be used
   */
  static FeatureArchive open(Path file) {
    return new FeatureArchive(file, manifest(file), "");
  }

  /**
   * The same as who deploys it wants it.
   *
   * @param name null for its own
   * @param config YAML, laid over its own; null or empty for none
   */
  FeatureArchive with(String name, String config) {
    try {
      boolean plain = config == null || config.isBlank();
      FeatureManifest changed =
          manifest.with(name, plain ? Map.of() : FeatureManifest.tree("config", config));
      return new FeatureArchive(file, changed, plain ? "" : config);
    } catch (ConfigException e) {
      throw FeatureException.unusable(e.getMessage());
    }
  }

  /** The same in another file. */
  FeatureArchive in(Path copy) {
    return new FeatureArchive(copy, manifest, overlay);
  }

  private static FeatureManifest manifest(Path file) {
    try (ZipFile jar = new ZipFile(file.toFile())) {
      ZipEntry entry = jar.getEntry(FeatureManifest.PLACE);
      if (entry == null) {
        throw FeatureException.unusable("the archive has no " + FeatureManifest.PLACE);
      }
      try (InputStream in = jar.getInputStream(entry)) {
        byte[] bytes = in.readNBytes(LONGEST_MANIFEST + 1);
        if (bytes.length > LONGEST_MANIFEST) {
          throw FeatureException.unusable(FeatureManifest.PLACE + " is too large");
        }
        return FeatureManifest.read(new String(bytes, StandardCharsets.UTF_8));
      }
    } catch (ConfigException e) {
      throw FeatureException.unusable(FeatureManifest.PLACE + ": " + e.getMessage());
    } catch (IOException e) {
      throw FeatureException.unusable("the archive is no jar");
    }
  }
}
