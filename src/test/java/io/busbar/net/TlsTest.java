package io.busbar.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of every endpoint over TLS, and of changing certificates, with each engine. */
@ParameterizedClass
@MethodSource("io.busbar.net.TlsEngines#all")
final class TlsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir static Path folder;
  private static TestGateway gateway;
  private static HttpClient browser;
  private static NetClient client;

  @Parameter String engine;

  @BeforeParameterizedClassInvocation
  static void start(String engine) throws IOException {
    use("first");
    gateway =
        TestGateway.start(
            "http.tls.certificate=" + folder.resolve("server.pem"),
            "http.tls.key=" + folder.resolve("server.key"),
            "http.tls.engine=" + engine,
            "http.tls.watch=50ms",
            "http.tls.handshake-timeout=1s",
            "http.redirect.enabled=true",
            "http.redirect.port=0",
            "stomp.tls-port=0",
            "stomp.tls.engine=" + engine,
            "stomp.tls.pkcs12=" + Certificates.file("first.p12"),
            "stomp.tls.password=correct-horse");
    browser =
        HttpClient.newBuilder().sslContext(Certificates.client(false, "first", "second")).build();
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    gateway.close();
  }

  private static void use(String name) throws IOException {
    Certificates.copy(name + ".key", folder.resolve("server.key"));
    Certificates.copy(name + ".pem", folder.resolve("server.pem"));
  }

  private static URI uri(String scheme, String path) {
    return URI.create(scheme + "://localhost:" + gateway.httpPort() + path);
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return browser.send(
        HttpRequest.newBuilder(uri("https", path)).build(), BodyHandlers.ofString());
  }

  private static String served() throws IOException {
    try (Line line = Line.tls(gateway.httpPort(), Certificates.client(false, "first", "second"))) {
      X509Certificate shown = (X509Certificate) line.tls().getSession().getPeerCertificates()[0];
      return shown.getSubjectX500Principal().getName();
    }
  }

  @Test
  void urlsNameTls() {
    assertThat(gateway.urls())
        .startsWith("https://127.0.0.1:" + gateway.httpPort())
        .contains("stomp://127.0.0.1:" + gateway.stompPort())
        .contains(" stomp+ssl://127.0.0.1:" + gateway.stompTlsPort());
  }

  @Test
  void pagesAreServedOverHttp1WithHsts() throws Exception {
    HttpResponse<String> page = get("/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.version()).isEqualTo(Version.HTTP_1_1);
    assertThat(page.headers().firstValue("Strict-Transport-Security")).hasValue("max-age=31536000");
  }

  @Test
  void plainHttpOnTheTlsPortIsRefused() throws Exception {
    try (Line line = Line.plain(gateway.httpPort())) {
      assertThat(line.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n").rest())
          .doesNotContain("HTTP/1.1 200");
    }
  }

  @Test
  void webSocketEchoesOverTls() throws Exception {
    CompletableFuture<String> received = new CompletableFuture<>();
    WebSocket socket =
        browser
            .newWebSocketBuilder()
            .buildAsync(
                uri("wss", "/echo"),
                new WebSocket.Listener() {
                  @Override
                  public CompletionStage<?> onText(
                      WebSocket from, CharSequence text, boolean last) {
                    received.complete(text.toString());
                    return null;
                  }
                })
            .get(20, TimeUnit.SECONDS);
    socket.sendText("over TLS", true);
    assertThat(received).succeedsWithin(PATIENCE).isEqualTo("over TLS");
    socket.abort();
  }

  @Test
  void sockJsPollsAndSendsOverTls() throws Exception {
    assertThat(post("/echo/000/tls/xhr", "").body()).isEqualTo("o\n");
    for (int i = 0; i < 20; i++) {
      assertThat(post("/echo/000/tls/xhr_send", "[\"" + i + "\"]").statusCode()).isEqualTo(204);
      assertThat(post("/echo/000/tls/xhr", "").body()).isEqualTo("a[\"" + i + "\"]\n");
    }
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri("https", path))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return browser.send(request, BodyHandlers.ofString());
  }

  @Test
  void webSocketTransfersAMegabyte() throws Exception {
    String big = "x".repeat(200_000);
    CompletableFuture<Integer> all = new CompletableFuture<>();
    WebSocket socket =
        browser
            .newWebSocketBuilder()
            .buildAsync(
                uri("wss", "/echo"),
                new WebSocket.Listener() {
                  private int size;

                  @Override
                  public CompletionStage<?> onText(
                      WebSocket from, CharSequence text, boolean last) {
                    size += text.length();
                    if (size == 5 * big.length()) {
                      all.complete(size);
                    }
                    from.request(1);
                    return null;
                  }
                })
            .get(20, TimeUnit.SECONDS);
    for (int i = 0; i < 5; i++) {
      socket.sendText(big, true).get(20, TimeUnit.SECONDS);
    }
    assertThat(all).succeedsWithin(PATIENCE);
    socket.abort();
  }

  @Test
  void stompWorksOverTls() throws Exception {
    try (Line line = Line.tls(gateway.stompTlsPort(), Certificates.client(false, "first"))) {
      line.say("CONNECT\naccept-version:1.2\nhost:here\n\n\0");
      assertThat(line.until("\0")).startsWith("CONNECTED");
      line.say("SUBSCRIBE\nid:1\ndestination:/topic/public.a\nreceipt:r\n\n\0");
      assertThat(line.until("\0")).contains("RECEIPT");
      gateway.bus().publish("public.a", "hello");
      assertThat(line.until("\0")).contains("MESSAGE").contains("hello");
    }
  }

  @Test
  void stompEndsTlsWithACloseNotify() {
    NetClientOptions options = new NetClientOptions().setSsl(true).setTrustAll(true);
    options.setHostnameVerificationAlgorithm("");
    client = gateway.vertx().createNetClient(options);
    NetSocketInternal socket =
        (NetSocketInternal) TestGateway.await(client.connect(gateway.stompTlsPort(), "127.0.0.1"));
    SslHandler tls = socket.channelHandlerContext().pipeline().get(SslHandler.class);
    Buffer received = Buffer.buffer();
    socket.handler(received::appendBuffer);
    socket.write("NONSENSE\n\n\0");
    await().atMost(PATIENCE).until(() -> tls.sslCloseFuture().isDone());
    // It fails where the stream ends without a close_notify, because it may have been cut off.
    assertThat(tls.sslCloseFuture().isSuccess()).isTrue();
    assertThat(received.toString()).contains("ERROR");
  }

  @Test
  void plainPortRedirectsToTheTlsPort() throws Exception {
    try (Line line = Line.plain(gateway.redirectPort())) {
      line.say("GET /chat.html?a=b HTTP/1.1\r\nHost: gateway.example:80\r\n\r\n");
      assertThat(line.rest())
          .startsWith("HTTP/1.1 308 ")
          .contains(
              "location: https://gateway.example:" + gateway.httpPort() + "/chat.html?a=b\r\n");
    }
    try (Line line = Line.plain(gateway.redirectPort())) {
      line.say("GET / HTTP/1.1\r\nHost: a.example/@evil\r\n\r\n");
      assertThat(line.rest()).startsWith("HTTP/1.1 400 ");
    }
  }

  @Test
  void weakSuitesAreRefused() {
    assertThatThrownBy(
            () ->
                Line.tls(
                        gateway.httpPort(),
                        Certificates.client(false, "first", "second"),
                        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA")
                    .close())
        .isInstanceOf(SSLException.class);
  }

  @Test
  void unfinishedHandshakeIsCutOff() throws Exception {
    try (Line silent = Line.plain(gateway.httpPort());
        Line slow = Line.plain(gateway.httpPort())) {
      // The head of a ClientHello of 512 bytes, and then one byte at a time.
      slow.drip("\26\3\1\2\0\1\0\1\374\3\3" + "x".repeat(500));
      assertThat(silent.rest()).isEmpty();
    }
  }

  @Test
  void newCertificateIsUsedAndAnInvalidOneRefused() throws Exception {
    try (Line old = Line.tls(gateway.httpPort(), Certificates.client(false, "first", "second"))) {
      assertThat(served()).isEqualTo("CN=first");
      use("second");
      await().atMost(PATIENCE).until(() -> served().equals("CN=second"));
      // The key is not that of the certificate, so the second one stays in use.
      Certificates.copy("first.key", folder.resolve("server.key"));
      assertThatThrownBy(() -> TestGateway.await(gateway.reloadCertificates()))
          .hasMessage("http.tls.key does not belong to the certificate");
      assertThat(served()).isEqualTo("CN=second");
      use("first");
      TestGateway.await(gateway.reloadCertificates());
      assertThat(served()).isEqualTo("CN=first");
      old.say("GET /echo/info HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(old.until("\r\n")).isEqualTo("HTTP/1.1 200 OK\r\n");
    }
  }

  /** A ticket from one certificate is not accepted with the next. */
  @Test
  void sessionIsResumedWhileTheCertificateStays() throws Exception {
    SSLContext origin = Certificates.client(false, "first", "second");
    assertThat(isResumed(origin)).isFalse();
    assertThat(isResumed(origin)).isTrue();
    assertThat(isResumed(origin)).isTrue();
    use("second");
    TestGateway.await(gateway.reloadCertificates());
    assertThat(isResumed(origin)).isFalse();
    assertThat(isResumed(origin)).isTrue();
    use("first");
    TestGateway.await(gateway.reloadCertificates());
  }

  /** A resumed session still has the value that the client stored in the first one. */
  private static boolean isResumed(SSLContext origin) throws IOException {
    try (Line line = Line.tls(gateway.httpPort(), origin)) {
      line.say("GET /echo/info HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(line.until("\r\n")).isEqualTo("HTTP/1.1 200 OK\r\n");
      SSLSession session = line.tls().getSession();
      boolean noted = session.getValue("seen") != null;
      session.putValue("seen", "yes");
      return noted;
    }
  }

  @Test
  void onlyTls12AndTls13AreSpoken() throws Exception {
    SSLContext origin = Certificates.client(false, "first", "second");
    for (String version : List.of("TLSv1.2", "TLSv1.3")) {
      try (Line line = Line.tlsOf(version, gateway.httpPort(), origin)) {
        assertThat(line.tls().getSession().getProtocol()).isEqualTo(version);
      }
    }
    assertThatThrownBy(() -> Line.tlsOf("TLSv1.1", gateway.httpPort(), origin).close())
        .isInstanceOf(SSLException.class);
  }

  @Test
  void alpnSelectsHttp1() throws Exception {
    SSLContext origin = Certificates.client(false, "first", "second");
    try (Line line = Line.tls(gateway.httpPort(), origin, List.of("h2", "http/1.1"))) {
      assertThat(line.tls().getApplicationProtocol()).isEqualTo("http/1.1");
    }
  }
}
