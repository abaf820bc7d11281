package io.busbar.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests logins with a browser. */
class LoginPagesIT {
  @RegisterExtension static final SharedBrowser BROWSERS = new SharedBrowser();

  /** The hash of the password "demo", as in config/users. */
  private static final String HASH = "$2a$10$4IBtNslprpb4wYEUnRqrrezByYUHmZsP.bTJtpS24ZGUmwPJnOaFS";

  @TempDir private static Path folder;
  private static BusbarProcess gateway;

  private final Browser browser = BROWSERS.browser();

  @BeforeAll
  static void start() throws Exception {
    StringBuilder users = new StringBuilder();
    for (String name : new String[] {"Ada", "Blaise", "Carl", "Dorothea", "Emmy"}) {
      users.append(name).append(':').append(HASH).append('\n');
    }
    Path file = Files.writeString(folder.resolve("users"), users);
    gateway = BusbarProcess.start("auth.users=" + file);
  }

  @AfterAll
  static void stop() throws IOException {
    if (gateway != null) {
      gateway.close();
    }
  }

  private static String page(String path) {
    return "http://127.0.0.1:" + gateway.httpPort() + "/" + path;
  }

  private void logIn(String name, String password) {
    browser.click("#login-box summary");
    browser.type("#user", name);
    browser.type("#password", password);
    browser.click("#login button");
  }

  private void sendAndAwaitAs(String name, String text) {
    browser.type("#text", text);
    browser.click("#say button");
    browser.await(
        text + " of " + name,
        page ->
            page.texts("#log .message").stream()
                .anyMatch(line -> line.startsWith(name) && line.endsWith(text)));
  }

  @ParameterizedTest
  @CsvSource({
    "bridge-websocket, Ada",
    "bridge-sockjs, Blaise",
    "stomp-websocket, Carl",
    "stomp-sockjs, Dorothea"
  })
  void userLogsInAndChatsUnderTheLoginName(String transport, String name) {
    browser.openConnected(page("chat.html?transport=" + transport));
    logIn(name, "demo");
    browser.await("to be " + name, page -> page.text("#who").equals(name));
    sendAndAwaitAs(name, "hello over " + transport);
    browser.click("#logout");
    browser.await("to be nobody", page -> page.count("#login-box:not([hidden])") == 1);
    browser.await("the connection", page -> page.state().equals("open"));
    sendAndAwaitAs("AnonymousUser", "who am I?");
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void wrongPasswordIsReportedAndThePageStaysAnonymous() {
    browser.openConnected(page("chat.html?transport=bridge-websocket"));
    logIn("Emmy", "wrong");
    browser.await(
        "the refusal", page -> page.text("#login-complaint").equals("login is not right"));
    browser.await("the connection", page -> page.state().equals("open"));
    sendAndAwaitAs("AnonymousUser", "still here");

    browser.openConnected(page("chat.html?transport=stomp-websocket"));
    logIn("Emmy", "wrong");
    browser.await(
        "the refusal", page -> page.text("#login-complaint").contains("login and passcode"));
    browser.await("the connection", page -> page.state().equals("open"));
    sendAndAwaitAs("AnonymousUser", "still here, too");
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void loginOverAServiceEndpointSwitchesToTheBridge() {
    browser.openConnected(page("chat.html"));
    logIn("Emmy", "demo");
    browser.await("to be Emmy", page -> page.text("#who").equals("Emmy"));
    sendAndAwaitAs("Emmy", "by the bridge");
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void stompStockPageWorksWithoutADemoUser() {
    browser.openConnected(page("stomp-stocks.html"));
    browser.type("#symbol", "AAPL");
    browser.click("#add button");
    browser.await("a price", page -> page.text("#prices .price").matches("[0-9.]+"));
  }
}
