package io.busbar.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.TestGateway;
import io.busbar.config.ConfigException;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of useless certificates, of clients' certificates, and of self-signed ones. */
final class TlsStartTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "first.pem | second.key | http.tls.key does not belong to the certificate",
        "expired.pem | expired.key | http.tls.certificate is valid from 2020-01-01",
        "none.pem | first.key | there is no such file",
        "first.key | first.pem | http.tls.key cannot be used",
      })
  void unusableCertificateStopsTheStart(String certificate, String key, String message) {
    String[] settings = {
      "http.tls.certificate=" + Certificates.file(certificate),
      "http.tls.key=" + Certificates.file(key)
    };
    assertThatThrownBy(() -> TestGateway.start(settings))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void wrongPasswordIsNotShown() {
    String store = "stomp.tls.pkcs12=" + Certificates.file("first.p12");
    assertThatThrownBy(() -> TestGateway.start(store, "stomp.tls.password=planted-secret"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("stomp.tls.pkcs12 cannot be used")
        .hasMessageNotContaining("planted-secret");
  }

  @ParameterizedTest
  @MethodSource("io.busbar.net.TlsEngines#all")
  void onlyClientsWithATrustedCertificateAreAccepted(String engine) throws Exception {
    try (TestGateway gateway =
        TestGateway.start(
            Stream.concat(
                    Stream.of(Certificates.settings("http.tls", "first")),
                    Stream.of(
                        "http.tls.engine=" + engine,
                        "http.tls.client-auth=required",
                        "http.tls.trust=" + Certificates.file("ca.pem")))
                .toArray(String[]::new))) {
      String request = "GET /echo/info HTTP/1.1\r\nHost: x\r\n\r\n";
      try (Line alice = Line.tls(gateway.httpPort(), Certificates.client(true, "first"))) {
        assertThat(alice.say(request).until("\r\n")).isEqualTo("HTTP/1.1 200 OK\r\n");
      }
      // In TLS 1.3 the client learns of the refusal with its first bytes.
      assertThatThrownBy(
              () -> {
                try (Line nobody =
                    Line.tls(gateway.httpPort(), Certificates.client(false, "first"))) {
                  nobody.say(request).until("\r\n");
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("io.busbar.net.TlsEngines#all")
  void selfSignedCertificateIsCreatedWithoutHsts(String engine) throws Exception {
    try (TestGateway gateway =
        TestGateway.start("http.tls.self-signed=true", "http.tls.engine=" + engine)) {
      SSLContext careless = SSLContext.getInstance("TLS");
      careless.init(null, new TrustManager[] {new Careless()}, null);
      try (Line line = Line.tls(gateway.httpPort(), careless)) {
        String head = line.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n").until("\r\n\r\n");
        assertThat(head).startsWith("HTTP/1.1 200 ").doesNotContain("Strict-Transport");
      }
    }
  }

  private static final class Careless implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
