package io.busbar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of http.origins with the origins that browsers, web views and programs send. */
final class OriginsTest {
  private static boolean allows(String rule, String origin) {
    return Origin.find(origin).map(new Origins(List.of(rule))::allow).orElse(false);
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example, https://a.example",
    "https://a.example, wss://a.example",
    "wss://a.example, https://a.example",
    "ws://a.example:8080, http://a.example:8080",
    "https://a.example:443, https://a.example",
    "https://a.example, https://a.example:443",
    "http://a.example, ws://a.example:80",
    "HTTPS://A.Example, https://a.example",
    "https://a.example, hTTps://A.EXAMPLE",
    "https://a.example., https://a.example",
    "https://a.example, https://a.example.:443",
    "https://müller.example, https://xn--mller-kva.example",
    "https://xn--mller-kva.example, https://MÜLLER.example",
    "https://müller.example:8443, https://xn--mller-kva.example:8443",
    "http://[::1]:8080, http://[0:0:0:0:0:0:0:1]:8080",
    "http://10.0.0.1, http://10.0.0.1:80",
    "http://my_host, http://my_host",
    "capacitor://localhost, capacitor://localhost",
    "Capacitor://LOCALHOST, capacitor://localhost",
    "file://, file://",
    "chrome-extension://abcdefghijklmnop, chrome-extension://abcdefghijklmnop",
    "app://x, app://x",
    "app://x:1, app://x:1",
    "null, null",
    "https://*.example.com, https://a.example.com",
    "https://*.example.com, wss://b.a.Example.Com.:443",
    "https://*.müller.example, https://a.xn--mller-kva.example",
    "https://*.example.com:*, https://a.example.com:8443",
    "http://localhost:*, http://localhost",
    "http://localhost:*, http://localhost:3000",
    "http://[::1]:*, http://[::1]:3000",
    "*, null",
    "*, https://anything.example",
  })
  void originIsAllowed(String rule, String origin) {
    assertThat(allows(rule, origin)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example, http://a.example",
    "https://a.example, https://a.example:80",
    "https://a.example, https://a.example:8443",
    "https://a.example, https://b.a.example",
    "https://a.example, https://a.example.evil.example",
    "https://a.example, https://xa.example",
    "https://a.example, capacitor://a.example",
    "https://a.example, https://a.example/",
    "https://a.example, https://a.example..",
    "https://a.example, https://user@a.example",
    "https://a.example, 'https://a.example, https://a.example'",
    "https://a.example, null",
    "https://*.example.com, https://example.com",
    "https://*.example.com, https://evilexample.com",
    "https://*.example.com, https://.example.com",
    "https://*.example.com, http://a.example.com",
    "https://*.example.com, https://a.example.com:8443",
    "https://*.example.com, https://a.example.com.evil.example",
    "http://localhost:*, https://localhost:3000",
    "http://localhost:*, http://a.localhost:3000",
    "http://localhost:*, http://localhost:0",
    "http://localhost:*, http://localhost:99999",
    "http://localhost:*, http://localhost:999999999999",
    "file://, null",
    "null, file://",
    "null, https://null",
    "app://x, app://y",
    "app://x, app://x:1",
  })
  void originIsNotAllowed(String rule, String origin) {
    assertThat(allows(rule, origin)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.example | must be * or an origin like https://example.com",
        "*.example.com | must be * or an origin like https://example.com",
        "https:a.example | must be * or an origin like https://example.com",
        "NULL | must be * or an origin like https://example.com",
        "https://a.example/ | must end before the path: an origin is scheme, host and port",
        "https://a.example/app | must end before the path: an origin is scheme, host and port",
        "https://a.example?x | must end before the path: an origin is scheme, host and port",
        "https://*.a.example/ | must end before the path: an origin is scheme, host and port",
        "https://a:b@a.example | must have no user: an origin is scheme, host and port",
        "https://a b.example | must be * or an origin like https://example.com",
        "https:// | must have the name of a host",
        "https://.example | must have the name of a host",
        "https://a..example | must have the name of a host",
        "https://a.example:x | must have the name of a host",
        "https://a.example:0 | must have a port from 1 to 65535",
        "https://a.example:70000 | must have a port from 1 to 65535",
        "http://10.0.0.256 | must have an address like 10.0.0.1, or a name",
        "http://127.1 | must have an address like 10.0.0.1, or a name",
        "http://[::g] | must have an IPv6 address like [::1]",
        "http://[fe80::1%25eth0] | must have an IPv6 address like [::1]",
        "https://straße.example | must be written as browsers do, with xn--",
        "https://a.*.example | may have * for what stands before a name and for the port:"
            + " https://*.example.com:*",
        "https://*a.example | may have * for what stands before a name and for the port:"
            + " https://*.example.com:*",
        "https://* | may have * for what stands before a name and for the port:"
            + " https://*.example.com:*",
        "*://a.example | may have * for what stands before a name and for the port:"
            + " https://*.example.com:*",
        "http://a.example:80* | may have * for what stands before a name and for the port:"
            + " https://*.example.com:*",
        "http://a.example:81:* | must have one port or *",
        "https://*.10.0.0.1 | has an address, below which there is no name",
        "app://*.x | may have * only with http and https",
        "app://x:* | may have * only with http and https",
      })
  void ruleThatCanNeverMatchIsAnError(String rule, String what) {
    assertThatThrownBy(() -> new Origins(List.of(rule))).hasMessage(what);
    assertThatThrownBy(
            () ->
                ConfigLoader.load(
                    null, java.util.Map.of(), List.of("http.origins=['" + rule + "']")))
        .hasMessageContaining("http.origins[0] " + what);
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 300, 8_000, 100_000})
  void tooLongNamesAreNoOrigins(int length) {
    for (String letter : new String[] {"a", "ä", "[", ":", "."}) {
      assertThat(Origin.find("https://" + letter.repeat(length))).isEmpty();
    }
  }

  @Test
  void policySourcesAreWrittenForBrowsers() {
    Origins origins =
        new Origins(
            List.of(
                "https://Müller.example",
                "wss://*.example.com:*",
                "http://localhost:3000",
                "file://",
                "app://x",
                "null"));
    assertThat(origins.sources())
        .isEqualTo(
            "'self' https://xn--mller-kva.example https://*.example.com:* http://localhost:3000"
                + " file: app://x");
    assertThat(new Origins(List.of("*")).sources()).isEqualTo("'self' *");
    assertThatThrownBy(() -> new Origins(List.of("app://x; script-src *")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void originOfAPageIsThatOfItsUrl() {
    assertThat(Origin.ofUrl("https://A.example:443/b?c=http://d#e"))
        .contains(Origin.parse("https://a.example"));
    assertThat(Origin.ofUrl("https://a.example?b")).contains(Origin.parse("https://a.example"));
    assertThat(Origin.ofUrl("https://u:p@a.example/")).isEmpty();
    assertThat(Origin.ofUrl("about:blank")).isEmpty();
    assertThat(Origin.ofUrl("")).isEmpty();
  }
}
