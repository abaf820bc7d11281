package io.busbar.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.busbar.Prerequisites;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openqa.selenium.Keys;
import org.webjars.WebJarVersionLocator;

/** What axe-core finds on the pages and the console: nothing that shuts people out. */
final class AccessibilityIT {
  @RegisterExtension static final SharedBrowser BROWSERS = new SharedBrowser();

  private static final String CONSOLE = "console";

  private static final String CHECK =
      """
      const done = arguments[arguments.length - 1];
      const told = ({id, nodes}) => id + ': ' + nodes.map(each => each.target + ' ' + each.failureSummary).join('; ');
      axe.run(document, {resultTypes: ['violations']}).then(
        ({violations}) => done(violations.filter(({impact}) => ['serious', 'critical'].includes(impact)).map(told)),
        error => done(['axe failed: ' + error]));
      """;

  /** Whether what has the focus is told apart by a line around it. */
  private static final String FOCUSED =
      """
      (() => {
        if (document.activeElement === document.body) return 'none';
        const {tagName, id} = document.activeElement;
        const {outlineStyle, outlineWidth} = getComputedStyle(document.activeElement);
        const name = `${tagName}#${id} ${document.activeElement.textContent.slice(0, 20)}`;
        return outlineStyle === 'none' || outlineWidth === '0px' ? `not seen: ${name}` : name;
      })()""";

  /** Which colour a person has in the chat is chance: here each message is there in all of them. */
  private static final String ALL_COLOURS =
      """
      for (const message of document.querySelectorAll('.message')) {
        for (let hue = 0; hue < 5; hue += 1) {
          const copy = message.cloneNode(true);
          copy.dataset.hue = hue;
          message.parentElement.append(copy);
        }
      }
      """;

  private static final int[] DESKTOP = {1280, 800};
  private static final int[] PHONE = {390, 844};

  /** Whether each size is tried in light and in dark. In each build a phone is dark. */
  private static final boolean ALL_LOOKS = Prerequisites.isLong();

  private static BusbarProcess gateway;
  private static String axe;

  private final Browser browser = BROWSERS.browser();

  @BeforeAll
  static void start() throws IOException {
    String file = new WebJarVersionLocator().fullPath("axe-core", "axe.min.js");
    try (InputStream script = AccessibilityIT.class.getClassLoader().getResourceAsStream(file)) {
      axe = new String(script.readAllBytes(), UTF_8);
    }
    gateway = BusbarProcess.start();
  }

  @AfterAll
  static void stop() {
    if (gateway != null) {
      gateway.close();
    }
  }

  static Stream<String> pages() {
    return Stream.concat(DemoPages.NAMES.stream(), Stream.of(CONSOLE));
  }

  private void open(String name) {
    if (name.equals(CONSOLE)) {
      browser.openConnected(gateway.admin().resolve("/console/").toString());
    } else {
      browser.openConnected(gateway.http().resolve("/" + name).toString());
      DemoPages.use(browser, name);
      browser.run(ALL_COLOURS);
    }
  }

  @SuppressWarnings("unchecked")
  private List<String> violations() {
    browser.run(axe);
    return (List<String>) browser.askAndWait(CHECK);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void pageHasNoAccessibilityViolations(String name) {
    for (boolean dark : new boolean[] {false, true}) {
      for (int[] size : new int[][] {DESKTOP, PHONE}) {
        if (!ALL_LOOKS && dark != (size == PHONE)) {
          continue;
        }
        browser.look(size[0], size[1], dark);
        open(name);
        assertThat(violations())
            .as("%s at %d, %s", name, size[0], dark ? "dark" : "light")
            .isEmpty();
      }
    }
  }

  @Test
  void violationsAreDetected() {
    open("echo.html");
    browser.run("document.querySelector('main').append(new Image())");
    assertThat(violations()).singleElement().asString().startsWith("image-alt: ");
  }

  /** From the top of each page, by the Tab key alone. */
  @ParameterizedTest
  @MethodSource("pages")
  void focusIsVisibleOnEveryStop(String name) {
    browser.look(1280, 800, false);
    open(name);
    browser.run("document.activeElement.blur(); window.scrollTo(0, 0)");
    Set<String> stops = new HashSet<>();
    for (int i = 0; i < 15; i++) {
      browser.press(Keys.TAB);
      stops.add((String) browser.ask(FOCUSED));
    }
    assertThat(stops).hasSizeGreaterThan(4).noneMatch(stop -> stop.startsWith("not seen"));
  }
}
