package io.busbar.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The documentation on the admin port, in a real browser. */
class DocsIT {
  @RegisterExtension static final SharedBrowser BROWSERS = new SharedBrowser();

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String TOKEN = "planted-token-0123456789";
  private static final int PHONE = 390;

  private static TestGateway gateway;

  private final Browser browser = BROWSERS.browser();

  @BeforeAll
  static void start() {
    gateway = TestGateway.start("event-loops=1");
  }

  @AfterAll
  static void stop() {
    if (gateway != null) {
      gateway.close();
    }
  }

  private static String docs(String page) {
    return "http://127.0.0.1:" + gateway.adminPort() + "/docs/" + page;
  }

  private static HttpResponse<String> get(String url, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    return HTTP.send(
        (headers.length == 0 ? request : request.headers(headers)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElseThrow();
  }

  @Test
  void pagesAreServedFromTheJar() throws Exception {
    HttpResponse<String> bare = get(docs("").replace("/docs/", "/docs"));
    assertThat(bare.statusCode()).isEqualTo(302);
    assertThat(header(bare, "Location")).isEqualTo("/docs/");
    HttpResponse<String> home = get(docs(""));
    assertThat(home.statusCode()).isEqualTo(200);
    assertThat(header(home, "Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(header(home, "Content-Security-Policy"))
        .contains("script-src 'self';", "style-src 'self';")
        .doesNotContain("unsafe");
    assertThat(get(docs(""), "If-None-Match", header(home, "ETag")).statusCode()).isEqualTo(304);
    assertThat(header(get(docs(""), "Accept-Encoding", "gzip"), "Content-Encoding"))
        .isEqualTo("gzip");
    for (String none : List.of("none.html", "performance", "%2e%2e/openapi.yaml", "a//b")) {
      assertThat(get(docs(none)).statusCode()).as(none).isEqualTo(404);
    }
  }

  @Test
  void requestWithoutTheTokenIsRefused() throws Exception {
    try (TestGateway guarded = TestGateway.start("event-loops=1", "admin.token=" + TOKEN)) {
      String url = "http://127.0.0.1:" + guarded.adminPort() + "/docs/";
      assertThat(get(url).statusCode()).isEqualTo(401);
      assertThat(get(url, "Authorization", "Bearer " + TOKEN).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void searchFindsTheSectionAndLeadsToIt() {
    browser.open(docs(""));
    browser.type("#docs-search input", "presence");
    browser.await("results", page -> page.count("#docs-results a mark") > 0);
    assertThat(browser.texts("#docs-results a strong").get(0)).startsWith("Presence");
    assertThat(browser.text("#docs-results p")).matches("\\d+ sections.*");
    browser.click("#docs-results a");
    browser.await("the page", page -> page.text("h1").startsWith("Presence"));
    browser.type("#docs-search input", "qwertzuiop");
    browser.await("no result", page -> page.text("#docs-results p").equals("Nothing found"));
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void wordsAreFoundInAnyFormAndOrder() {
    browser.open(docs("tls.html"));
    browser.type("#docs-search input", "acknowledging queue messag");
    browser.await("results", page -> page.count("#docs-results a") > 2);
    assertThat(browser.texts("#docs-results a"))
        .anySatisfy(found -> assertThat(found).contains("STOMP"));
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void pagesFitAPhone() {
    browser.open(docs(""));
    browser.beAPhone(PHONE);
    List<?> pages =
        (List<?>) browser.ask("[...document.querySelectorAll('#docs-menu a')].map(a => a.href)");
    assertThat(pages).hasSizeGreaterThan(30);
    for (Object page : pages) {
      browser.open((String) page);
      assertThat(browser.contentWidth()).as((String) page).isEqualTo(PHONE);
    }
    assertThat(browser.css("#docs-menu", "display")).isEqualTo("none");
    browser.click("#docs-menu-button");
    assertThat(browser.css("#docs-menu", "display")).isEqualTo("block");
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void sectionsOfThePageAreListedBesideIt() {
    browser.open(docs("operations.html"));
    assertThat(browser.texts("#docs-on-this-page a")).contains("Health", "Metrics");
    assertThat(browser.count("main h2[id] .anchor")).isEqualTo(browser.count("main h2"));
    assertThat(browser.log()).isEmpty();
  }
}
