package io.busbar.deploy;

import org.jspecify.annotations.Nullable;

/** A failure to deploy a feature. Its message is one sentence for the person who deploys it. */
public final class FeatureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean conflict;

  private FeatureException(String words, @Nullable Throwable cause, boolean conflict) {
    super(words, cause);
    this.conflict = conflict;
  }

  /** Returns the sentence. There always is one. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** The archive is bad. */
  public static FeatureException unusable(String words) {
    return new FeatureException(words, null, false);
  }

  /** The archive is good, but something else prevents the deployment. */
  public static FeatureException doesNotFit(String words) {
    return new FeatureException(words, null, true);
  }

  /** The archive is good, but the feature does not start. */
  public static FeatureException notStarted(String words, Throwable cause) {
    return new FeatureException(words, cause, true);
  }

  /** Returns whether the archive was good. */
  public boolean isConflict() {
    return conflict;
  }
}
