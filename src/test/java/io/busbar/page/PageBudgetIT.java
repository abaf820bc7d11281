package io.busbar.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a page may cost: bytes on the network, and things that move while one looks at them. */
final class PageBudgetIT {
  @RegisterExtension static final SharedBrowser BROWSERS = new SharedBrowser();

  private static final long MOST_BYTES = 150_000;
  private static final double MOST_SHIFT = 0.1;

  /**
   * Adds up what Chromium calls layout shifts: here nobody does anything that could be one's cause.
   */
  private static final String WATCH_SHIFTS =
      """
      window.shifts = 0;
      const add = entries => entries.forEach(({value}) => { window.shifts += value; });
      const watch = new PerformanceObserver(list => add(list.getEntries()));
      watch.observe({type: 'layout-shift', buffered: true});
      window.allShifts = () => { add(watch.takeRecords()); return window.shifts; };
      """;

  /** Of all that the page has loaded, as it came over the network: compressed. */
  private static final String BYTES =
      """
      ['navigation', 'resource']
        .flatMap(type => performance.getEntriesByType(type))
        .reduce((sum, {encodedBodySize}) => sum + encodedBodySize, 0)""";

  /** The pages come from the jar, which compresses them. */
  @TempDir private static Path empty;

  private static BusbarProcess gateway;

  private final Browser browser = BROWSERS.browser();

  @BeforeAll
  static void start() {
    gateway = BusbarProcess.options().in(empty).start();
    BROWSERS.browser().runBeforeEachPage(WATCH_SHIFTS);
    BROWSERS.browser().keepNothing();
  }

  @AfterAll
  static void stop() {
    if (gateway != null) {
      gateway.close();
    }
  }

  @BeforeEach
  void useLightTheme() {
    browser.look(1280, 800, false);
  }

  static Stream<String> pages() {
    return DemoPages.NAMES.stream();
  }

  private void use(String name) {
    browser.openConnected(gateway.http().resolve("/" + name).toString());
    DemoPages.use(browser, name);
  }

  private double number(String script) {
    return ((Number) browser.ask(script)).doubleValue();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void pageIsSmallAndLogsNothing(String name) {
    use(name);
    assertThat(number(BYTES)).isBetween(5_000d, (double) MOST_BYTES);
    assertThat(browser.log()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void layoutDoesNotShiftWhileThePageLoads(String name) {
    for (int[] size : new int[][] {{1280, 800}, {390, 844}}) {
      browser.look(size[0], size[1], false);
      browser.openConnected(gateway.http().resolve("/" + name).toString());
      DemoPages.awaitLive(browser, name);
      assertThat(number("window.allShifts()")).as("%s at %d", name, size[0]).isLessThan(MOST_SHIFT);
    }
  }

  @Test
  void layoutShiftsAreDetected() {
    browser.openConnected(gateway.http().resolve("/echo.html").toString());
    browser.run(
        "document.body.prepend("
            + "Object.assign(document.createElement('div'), {className: 'board'}))");
    browser.await("the jump", page -> number("window.allShifts()") > MOST_SHIFT);
  }
}
