package io.busbar.page;

import java.io.IOException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A JUnit extension with one browser for all tests of a class. It skips them if there is no
 * browser.
 */
final class SharedBrowser implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
  private Browser browser;

  Browser browser() {
    return browser;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    Browser.assumeInstalled();
    browser = new Browser();
  }

  /** Empties the log, so that a test does not see lines of an earlier test. */
  @Override
  public void beforeEach(ExtensionContext context) {
    browser.log();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (browser != null) {
      browser.close();
    }
  }
}
