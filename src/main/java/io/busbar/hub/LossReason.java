package io.busbar.hub;

/** Why somebody cannot get all that it missed. */
public enum LossReason {
  /** The stream is not the one that it heard, or cannot be proven to be. */
  EPOCH("epoch"),
  /** What it missed first is older than what comes back may be. */
  EXPIRED("expired"),
  /** More was published than is kept. */
  TOO_FAR("too far behind");

  private final String words;

  LossReason(String words) {
    this.words = words;
  }

  /** As clients are told. */
  public String words() {
    return words;
  }
}
