package io.busbar.deploy;

/** Makes verticles from the code of features in one language. Any thread may use it. */
public interface FeatureLanguage {
  /**
   * Reads the code. It may block.
   *
   * @throws FeatureException if the code cannot be used
   */
  FeatureCode load(FeatureSource source);
}
