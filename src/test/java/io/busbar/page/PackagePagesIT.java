package io.busbar.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.busbar.client.ClientPackage;
import io.busbar.client.NodeClients;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests pages that bundlers made with busbar-client: in the page and in a web worker, and the
 * examples for React and Svelte.
 */
final class PackagePagesIT {
  @RegisterExtension static final SharedBrowser BROWSERS = new SharedBrowser();

  private static BusbarProcess gateway;

  private final Browser browser = BROWSERS.browser();

  @BeforeAll
  static void start() throws Exception {
    NodeClients.assumeInstalled();
    gateway = BusbarProcess.start("http.webroot=" + ClientPackage.site());
  }

  @AfterAll
  static void stop() {
    if (gateway != null) {
      gateway.close();
    }
  }

  private void open(String page) {
    browser.open(gateway.http() + "/" + page + ".html");
  }

  /** The web worker is a module in Vite's page, and a classic script in esbuild's. */
  @ParameterizedTest
  @ValueSource(strings = {"esbuild", "vite"})
  void bundledPageAndItsWebWorkerAreAnswered(String bundler) {
    open(bundler);
    browser.await("an answer", page -> !page.text("#here").isEmpty());
    assertThat(browser.text("#here")).isEqualTo("the page");
    browser.await("an answer to the worker", page -> !page.text("#worker").isEmpty());
    assertThat(browser.text("#worker")).isEqualTo("the worker");
    assertThat(browser.log()).isEmpty();
  }

  /** A component shows its channel, and no message of the channel before. */
  @ParameterizedTest
  @ValueSource(strings = {"react", "svelte"})
  void componentShowsItsChannel(String library) {
    open(library);
    browser.await(
        "the connection to be open", page -> page.texts("#state").equals(List.of("open")));
    assertThat(browser.text("#news")).isEqualTo("none yet");
    browser.click("#say");
    awaitNews("said on public.first");
    browser.click("#other");
    awaitNews("none yet");
    browser.click("#say");
    awaitNews("said on public.second");
    // React logs an advertisement for its tools
    assertThat(browser.log()).filteredOn(line -> !line.startsWith("INFO")).isEmpty();
  }

  private void awaitNews(String news) {
    browser.await(news, page -> page.text("#news").equals(news));
  }
}
