package io.busbar.page;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A headless Chromium of the machine, with a profile of its own. Its start takes seconds, so a test
 * gives it back at the end. The next test in this JVM gets it without any data. All of them end
 * with the JVM. Each is used by one thread at a time.
 */
final class Chromium {
  static final Path BINARY = Path.of("/usr/bin/chromium");
  static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  /**
   * Turns off a warning. Selenium does not know the DevTools of this Chromium, and no test needs
   * them.
   */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  private static final Deque<Chromium> IDLE = new ConcurrentLinkedDeque<>();

  private final Path profile;
  private final ChromeDriver driver;

  private Chromium() throws IOException {
    SELENIUM.setLevel(Level.SEVERE);
    profile = Files.createTempDirectory("busbar-chromium-");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(BINARY.toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1200,900",
        "--user-data-dir=" + profile);
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(DRIVER.toFile())
            .usingAnyFreePort()
            .build();
    driver = new ChromeDriver(service, options);
    Runtime.getRuntime().addShutdownHook(new Thread(this::quit));
  }

  /** Returns one that is not in use, or starts one. */
  static Chromium take() throws IOException {
    Chromium idle = IDLE.poll();
    return idle == null ? new Chromium() : idle;
  }

  ChromeDriver driver() {
    return driver;
  }

  /**
   * Closes all pages and deletes their data.
   *
   * @param origins the origins of the pages that were opened
   */
  void giveBack(Set<String> origins) {
    try {
      String before = driver.getWindowHandle();
      driver.switchTo().newWindow(WindowType.TAB);
      String after = driver.getWindowHandle();
      driver.switchTo().window(before).close();
      driver.switchTo().window(after);
      driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
      driver.executeCdpCommand("Network.clearBrowserCache", Map.of());
      for (String origin : origins) {
        driver.executeCdpCommand(
            "Storage.clearDataForOrigin", Map.of("origin", origin, "storageTypes", "all"));
      }
      driver.manage().logs().get(LogType.BROWSER);
      IDLE.push(this);
    } catch (WebDriverException e) {
      // The next test starts another one.
      quit();
    }
  }

  private void quit() {
    driver.quit();
    if (!Files.exists(profile)) {
      return;
    }
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
