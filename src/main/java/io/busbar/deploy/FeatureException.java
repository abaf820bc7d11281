package io.busbar.deploy;

import org.jspecify.annotations.Nullable;

/** Why a feature cannot be taken, in one sentence for who wants to deploy it. */
public final class FeatureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean conflict;

  private FeatureException(String words, @Nullable Throwable cause, boolean conflict) {
    super(words, cause);
    this.conflict = conflict;
  }

  /** The archive cannot be used. */
  public static FeatureException unusable(String words) {
    return new FeatureException(words, null, false);
  }

  /** The archive is good, but something else is in its way. */
  public static FeatureException doesNotFit(String words) {
    return new FeatureException(words, null, true);
  }

  /** The archive is good, but the feature does not start. */
  public static FeatureException notStarted(String words, Throwable cause) {
    return new FeatureException(words, cause, true);
  }

  /** Whether the archive was good. */
  public boolean isConflict() {
    return conflict;
  }
}
