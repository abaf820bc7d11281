package io.busbar.deploy;

/** Makes verticles of what a feature is written in. Any thread may use it. */
public interface FeatureLanguage {
  /**
   * Will read the code; may wait.
   *
   * @throws FeatureException where it cannot be used
   */
  FeatureCode load(FeatureSource source);
}
