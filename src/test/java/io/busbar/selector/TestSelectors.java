package io.busbar.selector;

import io.vertx.core.MultiMap;

/** Selectors as tests try them: on headers of one kind, and for the words of a refusal. */
final class TestSelectors {
  static final MultiMap HEADERS =
      MultiMap.caseInsensitiveMultiMap()
          .add("color", "red")
          .add("price", "100.25")
          .add("count", "5")
          .add("five", "5.0")
          .add("negative", "-1")
          .add("large", "9007199254740993")
          .add("urgent", "True")
          .add("quiet", "false")
          .add("content-type", "text/html")
          .add("app.name", "chat")
          .add("in", "keyword")
          .add("quote", "it's 100%_")
          .add("smile", "a\uD83D\uDE00b")
          .add("empty", "");

  private TestSelectors() {}

  /** Whether it is true of the headers above. */
  static boolean matches(String selector) {
    return Selector.parse(selector).matches(HEADERS);
  }

  /** What is said of one that is refused. */
  static String wrong(String selector) {
    try {
      Selector.parse(selector);
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
    throw new AssertionError(selector + " was taken");
  }
}
