package io.busbar.page;

import io.busbar.Prerequisites;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * The browser of one person: a {@link Chromium} without stored data, until it is closed. Used by
 * the thread of the test.
 */
final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Chromium chromium;
  private final ChromeDriver driver;
  private final Set<String> origins = new HashSet<>();

  /** Takes a browser, but opens no page. */
  Browser() throws IOException {
    chromium = Chromium.take();
    driver = chromium.driver();
  }

  /** Skips the test if there is no Chromium; on CI (CI=true) that is a failure. */
  static void assumeInstalled() {
    boolean installed = Files.isExecutable(Chromium.BINARY) && Files.isExecutable(Chromium.DRIVER);
    String missing =
        "No " + Chromium.BINARY + " with " + Chromium.DRIVER + ": the pages are not tested";
    Prerequisites.assume(installed, missing);
  }

  /** Opens a page of any site. */
  void open(String url) {
    origins.add(URI.create(url).resolve("/").toString());
    driver.get(url);
  }

  /** Opens a page and waits until its connection is open. */
  void openConnected(String url) {
    open(url);
    await("the connection to be open", browser -> browser.state().equals("open"));
  }

  /** The state of the page's connection: connecting, open, waiting or closed. */
  String state() {
    String state = find("#connection").getDomAttribute("data-state");
    return state == null ? "none yet" : state;
  }

  /** The text of the first element that the CSS selector finds. */
  String text(String selector) {
    return find(selector).getText();
  }

  /** The texts of all elements that the CSS selector finds. */
  @SuppressWarnings("unchecked")
  List<String> texts(String selector) {
    String script =
        "return [...document.querySelectorAll(arguments[0])].map(found => found.textContent)";
    return (List<String>) driver.executeScript(script, selector);
  }

  /** Whether the page has a global variable of that name. A dot leads to a property. */
  boolean has(String name) {
    String script =
        "return arguments[0].split('.').reduce((of, name) => of?.[name], window) !== undefined";
    return (Boolean) driver.executeScript(script, name);
  }

  /** Runs a script as the page itself would, and returns its result. */
  Object ask(String script) {
    return driver.executeScript("return " + script);
  }

  int count(String selector) {
    return driver.findElements(By.cssSelector(selector)).size();
  }

  String css(String selector, String property) {
    return find(selector).getCssValue(property);
  }

  /** Replaces the text of a field, as a person would by typing. */
  void type(String selector, String text) {
    WebElement field = find(selector);
    field.clear();
    field.sendKeys(text);
  }

  void click(String selector) {
    find(selector).click();
  }

  void select(String selector, String value) {
    new Select(find(selector)).selectByValue(value);
  }

  /** The values of a select element. */
  List<String> options(String selector) {
    return new Select(find(selector))
        .getOptions().stream().map(option -> option.getDomProperty("value")).toList();
  }

  /** Shows the page as a phone of that width does, in CSS pixels. */
  void beAPhone(int width) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 740, "deviceScaleFactor", 1, "mobile", true));
  }

  /** Shows pages in a window of that size, in the light or in the dark, from now on. */
  void look(int width, int height, boolean dark) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    Map<String, String> scheme =
        Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
    driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(scheme)));
  }

  /** Runs a script in each page that is opened from now on, before the page's own. */
  void runBeforeEachPage(String script) {
    driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
  }

  /** Loads everything anew from now on, as who comes for the first time. */
  void keepNothing() {
    driver.executeCdpCommand("Network.enable", Map.of());
    driver.executeCdpCommand("Network.setCacheDisabled", Map.of("cacheDisabled", true));
  }

  /** Runs a script; returns what it gives to the function that is its last argument. */
  Object askAndWait(String script, Object... arguments) {
    return driver.executeAsyncScript(script, arguments);
  }

  /** Runs a script. */
  void run(String script, Object... arguments) {
    driver.executeScript(script, arguments);
  }

  /** Presses a key where the focus is. */
  void press(Keys key) {
    driver.switchTo().activeElement().sendKeys(key);
  }

  /** What the window shows, as a PNG. */
  byte[] window() {
    return driver.getScreenshotAs(OutputType.BYTES);
  }

  /** A PNG picture of the page with its whole height. */
  byte[] picture() {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", 1200, "height", contentHeight(), "deviceScaleFactor", 1, "mobile", false));
    return driver.getScreenshotAs(OutputType.BYTES);
  }

  private long contentHeight() {
    return (Long) driver.executeScript("return document.documentElement.scrollHeight");
  }

  /** The width of the page's content, in CSS pixels. */
  long contentWidth() {
    return (Long) driver.executeScript("return document.documentElement.scrollWidth");
  }

  /** Waits until the condition is true. */
  void await(String what, Predicate<Browser> condition) {
    new WebDriverWait(driver, PATIENCE, Duration.ofMillis(50))
        .withMessage(() -> what + "; the page shows:\n" + text("body"))
        .until(ignored -> condition.test(this));
  }

  /**
   * The log of the browser since the last call: errors, warnings, violations of the policy. SockJS
   * prescribes an htmlfile page that sets document.domain. Browsers ignore that now and warn, so
   * the warning is left out.
   */
  List<String> log() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(entry -> entry.getLevel() + " " + entry.getMessage())
        .filter(line -> !line.contains("document.domain mutation is ignored"))
        .toList();
  }

  @Override
  public void close() {
    chromium.giveBack(origins);
  }

  private WebElement find(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }
}
