package io.busbar.hub;

/** The reason why a client cannot get all messages that it missed. */
public enum LossReason {
  /** The stream is not the one that it heard, or nobody can prove that it is. */
  EPOCH("epoch"),
  /** The first message that it missed is older than the time limit for clients that come back. */
  EXPIRED("expired"),
  /** More messages were published than are stored. */
  TOO_FAR("too far behind");

  private final String words;

  LossReason(String words) {
    this.words = words;
  }

  /** Returns the text for clients. */
  public String words() {
    return words;
  }
}
