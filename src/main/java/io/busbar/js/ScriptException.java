package io.busbar.js;

/** What a script did wrong, in one sentence for whoever wrote it. */
final class ScriptException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ScriptException(String words) {
    super(words, null, false, false);
  }
}
