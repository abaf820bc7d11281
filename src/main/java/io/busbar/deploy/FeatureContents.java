package io.busbar.deploy;

import io.busbar.config.FeatureManifest;
import java.util.Map;

/**
 * What a feature brings beside its verticle.
 *
 * @param manifest with its endpoints and rules
 * @param pages by their names below {@code webroot/}
 */
public record FeatureContents(FeatureManifest manifest, Map<String, byte[]> pages) {
  public String name() {
    return manifest.name();
  }
}
