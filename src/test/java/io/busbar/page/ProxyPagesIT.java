package io.busbar.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.busbar.proxy.ReverseProxy;
import io.busbar.proxy.ReverseProxy.Kind;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Tests the pages in a real browser, through nginx with the configuration of proxies.md. */
final class ProxyPagesIT {
  @RegisterExtension static final SharedBrowser BROWSERS = new SharedBrowser();

  private static final String[] TRANSPORTS = {
    "websocket",
    "sockjs-websocket",
    "sockjs-xhr-streaming",
    "sockjs-eventsource",
    "sockjs-htmlfile",
    "sockjs-xhr-polling",
    "sockjs-jsonp-polling",
    "bridge-websocket",
    "stomp-sockjs"
  };

  @TempDir Path folder;

  private final Browser browser = BROWSERS.browser();

  @BeforeAll
  static void assumeNginx() {
    Kind.NGINX.assumeInstalled();
  }

  @Test
  void pagesAndTransportsWorkAtTheRoot() throws IOException {
    try (BusbarProcess gateway = BusbarProcess.start("http.proxies=[127.0.0.1]");
        ReverseProxy nginx = ReverseProxy.start(Kind.NGINX, folder, gateway.httpPort())) {
      assertPagesWork(nginx.url() + "/");
    }
  }

  @Test
  void pagesAndTransportsWorkBelowAPath() throws IOException {
    try (BusbarProcess gateway =
            BusbarProcess.start("http.proxies=[127.0.0.1]", "http.base-path=/realtime");
        ReverseProxy nginx = ReverseProxy.startBelowAPath(Kind.NGINX, folder, gateway.httpPort())) {
      assertPagesWork(nginx.url() + "/");
      browser.openConnected(nginx.url().toString());
      browser.open("about:blank");
    }
  }

  private void assertPagesWork(String base) {
    browser.openConnected(base);
    for (String transport : TRANSPORTS) {
      browser.openConnected(base + "echo.html?transport=" + transport);
      browser.type("#text", "hello");
      browser.click("#burst");
      browser.await("100 echoes", page -> page.text("#count").equals("100"));
    }
    browser.openConnected(base + "pusher-chat.html");
    browser.type("#text", "by a proxy");
    browser.click("#say button");
    browser.await("my message", page -> page.texts("#log .said").contains("by a proxy"));
    assertThat(browser.log()).isEmpty();
    // An open page would try to reconnect when the proxy is gone.
    browser.open("about:blank");
  }
}
