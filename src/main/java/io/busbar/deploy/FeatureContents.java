package io.busbar.deploy;

import io.busbar.config.FeatureManifest;
import java.util.Map;

/**
 * The contents of a feature besides its verticle. Immutable.
 *
 * @param manifest the manifest, with its endpoints and rules
 * @param pages the files for browsers, by their names below {@code webroot/}
 */
public record FeatureContents(FeatureManifest manifest, Map<String, byte[]> pages) {
  public String name() {
    return manifest.name();
  }
}
