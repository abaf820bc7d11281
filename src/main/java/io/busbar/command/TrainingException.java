package io.busbar.command;

/** A failure to make an archive. Its message is for people. */
final class TrainingException extends Exception {
  private static final long serialVersionUID = 1L;

  TrainingException(String words) {
    super(words);
  }
}
