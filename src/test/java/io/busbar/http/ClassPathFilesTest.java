package io.busbar.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.net.Line;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.webjars.WebJarVersionLocator;

/** Tests of files from the class path: pages, client libraries, the console. */
final class ClassPathFilesTest {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String SCRIPT = "/busbar.js";
  private static final String LARGE = "/webjars/chart.js/dist/chart.umd.js.map";
  private static final int MANY = 32;

  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    gateway = TestGateway.start("event-loops=2", "http.webroot=there-is-no-such-folder");
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static HttpResponse<byte[]> ask(int port, String method, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    return ask(gateway.httpPort(), "GET", path, headers);
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream stream = ClassPathFiles.class.getClassLoader().getResourceAsStream(name)) {
      return stream.readAllBytes();
    }
  }

  private static String version(String library) {
    return new WebJarVersionLocator().version(library);
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html; charset=utf-8, webroot/index.html",
    "/chat.html, text/html; charset=utf-8, webroot/chat.html",
    "/folder/, text/html; charset=utf-8, webroot/folder/index.html",
    "/busbar.js, text/javascript; charset=utf-8, webroot/busbar.js",
    "/style.css, text/css; charset=utf-8, webroot/style.css",
    "/favicon.svg, image/svg+xml, webroot/favicon.svg",
    "/%63hat.js, text/javascript; charset=utf-8, webroot/chat.js",
    "/folder/../chat.js, text/javascript; charset=utf-8, webroot/chat.js"
  })
  void pageIsCompleteAndHasItsType(String path, String type, String file) throws Exception {
    HttpResponse<byte[]> answer = get(path);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "Content-Type")).isEqualTo(type);
    assertThat(header(answer, "Cache-Control")).isEqualTo("no-cache");
    assertThat(answer.body()).isEqualTo(resource(file));
  }

  @Test
  void clientLibraryIsFoundWithoutItsVersion() throws Exception {
    HttpResponse<byte[]> answer = get("/webjars/sockjs-client/dist/sockjs.min.js");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "Content-Type")).isEqualTo("text/javascript; charset=utf-8");
    assertThat(header(answer, "Cache-Control")).isEqualTo("no-cache");
    assertThat(header(get(LARGE), "Content-Type")).isEqualTo("application/json");
    assertThat(header(get("/webjars/chart.js/LICENSE.md"), "Content-Type"))
        .isEqualTo("application/octet-stream");
  }

  @Test
  void onlyPathsWithVersionOrHashAreImmutable() throws Exception {
    String known = "/webjars/chart.js/" + version("chart.js") + "/dist/chart.umd.js";
    for (String path : List.of(known, "/app.3f9c21d0.js")) {
      for (int i = 0; i < 2; i++) {
        HttpResponse<byte[]> answer = get(path);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        assertThat(header(answer, "Cache-Control"))
            .isEqualTo("public, max-age=31536000, immutable");
      }
    }
    assertThat(get(known).body()).isEqualTo(get("/webjars/chart.js/dist/chart.umd.js").body());
    assertThat(get("/webjars/chart.js/0.0.1/dist/chart.umd.js").statusCode()).isEqualTo(404);
  }

  @Test
  void matchingEtagIsAnswered304() throws Exception {
    String etag = header(get(SCRIPT), "ETag");
    assertThat(etag).matches("\"[0-9a-f]{32}\"");
    for (String known : List.of(etag, "W/" + etag, "\"x\", " + etag, "*")) {
      HttpResponse<byte[]> answer = get(SCRIPT, "If-None-Match", known);
      assertThat(answer.statusCode()).as(known).isEqualTo(304);
      assertThat(answer.body()).isEmpty();
      assertThat(header(answer, "ETag")).isEqualTo(etag);
      assertThat(header(answer, "Cache-Control")).isEqualTo("no-cache");
    }
    assertThat(get(SCRIPT, "If-None-Match", "\"x\"").statusCode()).isEqualTo(200);
    assertThat(header(get("/chat.js"), "ETag")).isNotEqualTo(etag);
  }

  @Test
  void gzipIsSentOnlyIfAccepted() throws Exception {
    HttpResponse<byte[]> plain = get(SCRIPT);
    for (String taken : List.of("gzip", "br, gzip;q=0.5", "deflate, GZIP")) {
      HttpResponse<byte[]> zipped = get(SCRIPT, "Accept-Encoding", taken);
      assertThat(header(zipped, "Content-Encoding")).as(taken).isEqualTo("gzip");
      assertThat(header(zipped, "Vary")).isEqualToIgnoringCase("Accept-Encoding");
      assertThat(header(zipped, "ETag")).isNotEqualTo(header(plain, "ETag"));
      assertThat(zipped.body()).hasSizeLessThan(plain.body().length);
      assertThat(new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes())
          .isEqualTo(plain.body());
      String known = header(zipped, "ETag");
      assertThat(get(SCRIPT, "Accept-Encoding", taken, "If-None-Match", known).statusCode())
          .isEqualTo(304);
    }
    for (String taken : List.of("br", "gzip;q=0", "identity", "x-gzip", ";;q=,gzip;q=x;=")) {
      HttpResponse<byte[]> answer = get(SCRIPT, "Accept-Encoding", taken);
      assertThat(answer.statusCode()).as(taken).isEqualTo(200);
      if (!taken.endsWith("=")) {
        assertThat(header(answer, "Content-Encoding")).as(taken).isEmpty();
        assertThat(answer.body()).isEqualTo(plain.body());
      }
    }
    assertThat(header(plain, "Vary")).isEqualToIgnoringCase("Accept-Encoding");
  }

  @Test
  void fileThatGzipDoesNotShrinkIsSentPlain() throws Exception {
    HttpResponse<byte[]> answer = get("/folder/", "Accept-Encoding", "gzip");
    assertThat(header(answer, "Content-Encoding")).isEmpty();
    assertThat(answer.body()).isEqualTo(resource("webroot/folder/index.html"));
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-9, 0, 10",
    "bytes=10-19, 10, 20",
    "bytes=5-, 5, -1",
    "bytes=9-99999999, 9, -1",
    "bytes=0-999999999999999999, 0, -1"
  })
  void rangeIsAPartOfTheFile(String range, int from, int end) throws Exception {
    byte[] all = resource("webroot/busbar.js");
    int to = end < 0 ? all.length : end;
    HttpResponse<byte[]> part = get(SCRIPT, "Range", range, "Accept-Encoding", "gzip");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(header(part, "Content-Range"))
        .isEqualTo("bytes " + from + "-" + (to - 1) + "/" + all.length);
    assertThat(header(part, "Content-Encoding")).isEmpty();
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(all, from, to));
    String etag = header(part, "ETag");
    assertThat(get(SCRIPT, "Range", range, "If-Range", etag).statusCode()).isEqualTo(206);
    assertThat(get(SCRIPT, "Range", range, "If-Range", "\"old\"").body()).isEqualTo(all);
  }

  @Test
  void rangeBeyondTheFileIsRefusedAndAnInvalidOneIgnored() throws Exception {
    int size = resource("webroot/busbar.js").length;
    for (String range : List.of("bytes=" + size + "-", "bytes=9-3", "bytes=999999999999999999-")) {
      HttpResponse<byte[]> answer = get(SCRIPT, "Range", range);
      assertThat(answer.statusCode()).as(range).isEqualTo(416);
      assertThat(header(answer, "Content-Range")).isEqualTo("bytes */" + size);
      assertThat(answer.body()).isEmpty();
    }
    for (String range : List.of("bytes=x-1", "lines=0-1", "bytes=0-1,3-4", "bytes=-5", "bytes=")) {
      HttpResponse<byte[]> answer = get(SCRIPT, "Range", range);
      assertThat(answer.statusCode()).as(range).isEqualTo(200);
      assertThat(answer.body()).hasSize(size);
    }
  }

  @Test
  void headHasTheHeadersOfGet() throws Exception {
    HttpResponse<byte[]> get = get(SCRIPT);
    HttpResponse<byte[]> head = ask(gateway.httpPort(), "HEAD", SCRIPT);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    for (String name : List.of("Content-Length", "Content-Type", "ETag", "Cache-Control", "Vary")) {
      assertThat(header(head, name)).as(name).isNotEmpty().isEqualTo(header(get, name));
    }
    assertThat(ask(gateway.httpPort(), "HEAD", "/webjars/nobody/x.js").statusCode()).isEqualTo(404);
    assertThat(ask(gateway.httpPort(), "HEAD", "/webjars/chart.js/dist/chart.js").statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/webjars",
        "/webjars/",
        "/webjars/chart.js",
        "/webjars/chart.js/",
        "/webjars/chart.js/dist",
        "/webjars/chart.js/dist/",
        "/webjars/chart.js/dist/chart.js/",
        "/webjars/nobody/x.js",
        "/webjars/%2e%2e/x.js",
        "/webjars/..%2f..%2f/pom.properties",
        "/webjars/chart.js/..%2f..%2fchart.js",
        "/webjars/chart.js%00/dist/chart.js",
        "/webjars/chart.js/dist%5cchart.js",
        "/folder",
        "/folder/index.html/",
        "/nowhere",
        "/nowhere/",
        "/.hidden",
        "/folder/.hidden",
        "/openapi.yaml",
        "/..%2fopenapi.yaml",
        "/%5c..%5copenapi.yaml",
        "/busbar.js%00.html",
        "/busbar.js%20",
        "/%C3%A4.html",
      })
  void missingFileIsNotFoundOnBothPorts(String path) throws Exception {
    assertThat(get(path).statusCode()).isEqualTo(404);
    HttpResponse<byte[]> admin = ask(gateway.adminPort(), "GET", path);
    assertThat(admin.statusCode()).isEqualTo(404);
    assertThat(new String(admin.body(), StandardCharsets.UTF_8)).startsWith("{\"error\":");
  }

  @Test
  void otherMethodsAreRefused() throws Exception {
    for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS")) {
      assertThat(ask(gateway.httpPort(), method, SCRIPT).statusCode()).isEqualTo(404);
      assertThat(ask(gateway.adminPort(), method, "/console/").statusCode()).isEqualTo(405);
    }
  }

  @Test
  void consoleIsServedInTheSameWay() throws Exception {
    int port = gateway.adminPort();
    HttpResponse<byte[]> page = ask(port, "GET", "/console/", "Accept-Encoding", "gzip");
    assertThat(header(page, "Content-Encoding")).isEqualTo("gzip");
    String etag = header(page, "ETag");
    assertThat(ask(port, "GET", "/console/", "Accept-Encoding", "gzip", "If-None-Match", etag))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(304);
    assertThat(ask(port, "GET", "/console/style.css").body()).isEqualTo(get("/style.css").body());
    assertThat(ask(port, "HEAD", "/api/openapi.yaml").headers().firstValue("Content-Type"))
        .hasValue("application/yaml; charset=utf-8");
  }

  /** The test sends all requests before it reads the first response. */
  @Test
  void pipelinedAnswersKeepTheirOrder() throws Exception {
    List<String> requests =
        List.of(
            "GET " + LARGE,
            "HEAD " + LARGE,
            "GET /nowhere",
            "GET /webjars",
            "GET /busbar.js",
            "HEAD /nowhere",
            "GET /");
    byte[] large = get(LARGE).body();
    byte[] script = get(SCRIPT).body();
    try (Line line = Line.plain(gateway.httpPort())) {
      String host = " HTTP/1.1\r\nHost: 127.0.0.1:" + gateway.httpPort() + "\r\n\r\n";
      for (int i = 0; i < 8; i++) {
        line.say(String.join(host, requests) + host);
      }
      for (int i = 0; i < 8; i++) {
        assertThat(answer(line, 200, true)).isEqualTo(large);
        answer(line, 200, false);
        answer(line, 404, true);
        answer(line, 404, true);
        assertThat(answer(line, 200, true)).isEqualTo(script);
        answer(line, 404, false);
        assertThat(new String(answer(line, 200, true), StandardCharsets.UTF_8))
            .startsWith("<!doctype html>")
            .endsWith("</html>\n");
      }
    }
  }

  private static byte[] answer(Line line, int status, boolean hasBody) throws IOException {
    String head = line.until("\r\n\r\n");
    assertThat(head).startsWith("HTTP/1.1 " + status + " ");
    String length = head.replaceAll("(?is).*\r\ncontent-length: (\\d+).*", "$1");
    return hasBody ? line.next(Integer.parseInt(length)) : new byte[0];
  }

  @Test
  void fileIsReadOnceForConcurrentRequests() throws Exception {
    ClassPathFiles files = new ClassPathFiles(1 << 20);
    ExecutorService threads = Executors.newFixedThreadPool(MANY);
    try {
      CyclicBarrier all = new CyclicBarrier(MANY);
      Callable<ClassPathFile> asked =
          () -> {
            all.await();
            return files.find("webroot/busbar.js");
          };
      List<Future<ClassPathFile>> found = threads.invokeAll(Collections.nCopies(MANY, asked));
      ClassPathFile first = found.get(0).get();
      assertThat(first.plain().getBytes()).isEqualTo(resource("webroot/busbar.js"));
      for (Future<ClassPathFile> each : found) {
        assertThat(each.get()).isSameAs(first);
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void filesBeyondTheCacheAreReadEachTime() {
    ClassPathFiles files = new ClassPathFiles(1);
    ClassPathFile first = files.find("webroot/busbar.js");
    assertThat(files.find("webroot/busbar.js")).isSameAs(first);
    ClassPathFile beyond = files.find("webroot/chat.js");
    assertThat(files.find("webroot/chat.js")).isNotSameAs(beyond).isEqualTo(beyond);
    assertThat(files.find("webroot/nowhere.js")).isNull();
  }
}
