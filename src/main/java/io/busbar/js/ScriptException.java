package io.busbar.js;

/** An error of a script, in one sentence for its author. */
final class ScriptException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ScriptException(String words) {
    super(words, null, false, false);
  }
}
