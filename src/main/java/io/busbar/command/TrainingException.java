package io.busbar.command;

/** Why there is no archive, for people. */
final class TrainingException extends Exception {
  private static final long serialVersionUID = 1L;

  TrainingException(String words) {
    super(words);
  }
}
