package io.busbar.page;

import java.io.IOException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One browser for all tests of a class; they are skipped where there is none. */
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

  /** What an earlier test left in the console is not this one's. */
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
