package io.busbar.deploy;

import io.busbar.config.ConfigException;
import io.busbar.config.FeatureManifest;
import io.busbar.config.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A jar that contains a feature. Immutable; the methods that read the jar block.
 *
 * @param file the jar
 * @param manifest the manifest of the jar, with the changes of the person who deploys it
 * @param overlay YAML of the person who deploys it, put over the configuration; empty for none
 */
record FeatureArchive(Path file, FeatureManifest manifest, String overlay) {
  private static final int LONGEST_MANIFEST = 256 << 10;
  private static final String PAGES = "webroot/";
  private static final int MOST_PAGES = 16 << 20;
  private static final int MOST_FILES = 1_000;

  /** The extension of the file name. */
  static final String KIND = "jar";

  /**
   * Reads the manifest of the jar.
   *
   * @throws FeatureException if the file is not such a jar, or its manifest has an error
   */
  static FeatureArchive open(Path file) {
    return new FeatureArchive(file, manifest(file), "");
  }

  /**
   * Returns the archive with another name and configuration.
   *
   * @param name null to keep its own name
   * @param config YAML that is put over its own configuration; null or empty for none
   */
  FeatureArchive with(@Nullable String name, @Nullable String config) {
    try {
      String given = config == null || config.isBlank() ? "" : config;
      FeatureManifest changed =
          manifest.with(name, given.isEmpty() ? Map.of() : FeatureManifest.tree("config", given));
      return new FeatureArchive(file, changed, given);
    } catch (ConfigException e) {
      throw FeatureException.unusable(Reason.of(e));
    }
  }

  /** Returns whether the name of the file is that of a feature: a jar or a script. */
  static boolean isOne(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith('.' + KIND) || Languages.isScript(name);
  }

  /** Returns the same archive at another place. */
  FeatureArchive in(Path copy) {
    return new FeatureArchive(copy, manifest, overlay);
  }

  /** Returns the archive with the name and the configuration of the record. */
  FeatureArchive as(FeatureRecord feature) {
    return with(feature.name(), feature.overlay());
  }

  /** Reads the manifest and the pages from the file. */
  FeatureContents brought() {
    Map<String, byte[]> pages = new TreeMap<>();
    long bytes = 0;
    try (ZipFile jar = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(jar.entries())) {
        if (entry.getName().startsWith(PAGES) && !entry.isDirectory()) {
          byte[] page = page(jar, entry);
          bytes += page.length;
          if (bytes > MOST_PAGES || pages.size() == MOST_FILES) {
            throw FeatureException.unusable(
                "there is more in " + PAGES + " than 16 MiB or " + MOST_FILES + " files");
          }
          pages.put(entry.getName().substring(PAGES.length()), page);
        }
      }
    } catch (IOException e) {
      throw FeatureException.unusable("the archive is no jar");
    }
    return new FeatureContents(manifest, pages);
  }

  private static byte[] page(ZipFile jar, ZipEntry entry) throws IOException {
    try (InputStream in = jar.getInputStream(entry)) {
      return in.readNBytes(MOST_PAGES + 1);
    }
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
      throw FeatureException.unusable(FeatureManifest.PLACE + ": " + Reason.of(e));
    } catch (IOException e) {
      throw FeatureException.unusable("the archive is no jar");
    }
  }
}
