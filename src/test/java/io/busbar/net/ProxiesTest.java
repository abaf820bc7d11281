package io.busbar.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of the client in a chain of proxies. */
final class ProxiesTest {
  private final Proxies proxies = new Proxies(List.of("10.0.0.0/8", "192.0.2.1", "fd00::/8"));

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3,    203.0.113.7,                      203.0.113.7",
    "10.1.2.3,    '1.1.1.1, 203.0.113.7',           203.0.113.7",
    "10.1.2.3,    '203.0.113.7, 192.0.2.1, 10.9.9.9', 203.0.113.7",
    "10.1.2.3,    '203.0.113.7 | 10.9.9.9',         203.0.113.7",
    "10.1.2.3,    '10.7.7.7, 10.9.9.9',             10.7.7.7",
    "10.1.2.3,    203.0.113.7:4711,                 203.0.113.7",
    "10.1.2.3,    '[2001:db8::1]:4711',             2001:db8::1",
    "10.1.2.3,    2001:db8::1,                      2001:db8::1",
    "10.1.2.3,    '203.0.113.7, localhost',         10.1.2.3",
    "10.1.2.3,    '203.0.113.7, ',                  10.1.2.3",
    "10.1.2.3,    '',                               10.1.2.3",
    "fd00::1,     203.0.113.7,                      203.0.113.7",
    "192.0.2.2,   203.0.113.7,                      192.0.2.2",
    "203.0.113.9, '1.1.1.1, 10.0.0.1',              203.0.113.9",
  })
  void clientIsTheRightmostNonProxyAddress(String peer, String chain, String client)
      throws Exception {
    List<String> values = Arrays.asList(chain.split("\\|"));
    assertThat(proxies.client(InetAddress.getByName(peer), values))
        .isEqualTo(InetAddress.getByName(client));
  }
}
