package io.busbar.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import org.junit.jupiter.api.Test;

/** Tests that a browser has no data of its user before. */
final class BrowserIT {
  private static final String KNOWN =
      "[localStorage.name, sessionStorage.name, document.cookie, window.name].join()";

  @Test
  void newBrowserHasNoDataOfThePreviousOne() throws Exception {
    Browser.assumeInstalled();
    try (BusbarProcess gateway = BusbarProcess.start()) {
      String page = gateway.http().resolve("/echo.html").toString();
      try (Browser first = new Browser()) {
        first.beAPhone(360);
        first.openConnected(page);
        first.ask("localStorage.name = sessionStorage.name = window.name = 'Ada'");
        first.ask("document.cookie = 'who=Ada; path=/'");
        assertThat(first.ask(KNOWN)).isEqualTo("Ada,Ada,who=Ada,Ada");
        first.ask("console.error('mine')");
      }
      try (Browser second = new Browser()) {
        second.openConnected(page);
        assertThat(second.ask(KNOWN)).isEqualTo(",,,");
        assertThat(second.ask("window.innerWidth > 1000")).isEqualTo(true);
        assertThat(second.log()).isEmpty();
      }
    }
  }

  @Test
  void closedBrowserClosesItsPages() throws Exception {
    Browser.assumeInstalled();
    try (BusbarProcess gateway = BusbarProcess.start();
        Browser stays = new Browser()) {
      String page = gateway.http().resolve("/presence.html").toString();
      stays.openConnected(page);
      try (Browser goes = new Browser()) {
        goes.openConnected(page);
        stays.await("the other", browser -> browser.text("#count").equals("2"));
      }
      stays.await("that it left", browser -> browser.text("#count").equals("1"));
    }
  }
}
