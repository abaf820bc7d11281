package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/**
 * The vectors in Pusher's documentation. One of them is corrected, because it has the data of
 * another user.
 */
final class SignaturesTest {
  private static final String KEY = "278d425bdf160c739803";
  private static final String SOCKET = "1234.1234";
  private static final String IN =
      KEY + ":58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4";
  private static final String DATA = "{\"user_id\":10,\"user_info\":{\"name\":\"Mr. Channels\"}}";
  private static final String PRESENT =
      KEY + ":31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80";
  private static final String USER =
      KEY + ":4708d583dada6a56435fb8bc611c77c359a31eebde13337c16ab43aa6de336ba";

  private final Signatures signatures = new Signatures(KEY, "7ad3773142a6692b25b8");

  @Test
  void signatureOfAPrivateChannelIsAccepted() {
    assertThat(signatures.letIn(IN, SOCKET, "private-foobar", null)).isTrue();
  }

  @Test
  void signatureOfAPresenceChannelIsAccepted() {
    assertThat(signatures.letIn(PRESENT, SOCKET, "presence-foobar", DATA)).isTrue();
  }

  @Test
  void signatureOfAUserIsAccepted() {
    assertThat(signatures.areOfUser(USER, SOCKET, "{\"id\":\"12345\"}")).isTrue();
  }

  @Test
  void signatureOfAnotherConnectionOrChannelIsRefused() {
    assertThat(signatures.letIn(IN, "1234.1235", "private-foobar", null)).isFalse();
    assertThat(signatures.letIn(IN, SOCKET, "private-foobaz", null)).isFalse();
    assertThat(signatures.letIn(IN, SOCKET, "private-foobar", DATA)).isFalse();
    assertThat(signatures.letIn(PRESENT, SOCKET, "presence-foobar", null)).isFalse();
    assertThat(signatures.areOfUser(USER, SOCKET, "{\"id\":\"12346\"}")).isFalse();
  }

  @Test
  void signatureWithAnotherKeyOrNoneIsRefused() {
    assertThat(signatures.letIn(IN.replace(KEY, "another"), SOCKET, "private-foobar", null))
        .isFalse();
    assertThat(signatures.letIn("", SOCKET, "private-foobar", null)).isFalse();
    assertThat(signatures.letIn(null, SOCKET, "private-foobar", null)).isFalse();
    assertThat(signatures.letIn(IN + "0", SOCKET, "private-foobar", null)).isFalse();
  }

  /** HMAC treats a key of 64 zeros like an empty one. */
  private static String hmacOfEmptyKey(String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(new byte[64], "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void appWithoutASecretAcceptsNoSignature() throws Exception {
    Signatures none = new Signatures(KEY, null);
    assertThat(none.arePossible()).isFalse();
    assertThat(none.letIn(IN, SOCKET, "private-foobar", null)).isFalse();
    assertThat(none.areOfUser(USER, SOCKET, "{\"id\":\"12345\"}")).isFalse();
    // The HMAC of an empty key, as other implementations compute it.
    String empty = KEY + ":" + hmacOfEmptyKey(SOCKET + ":private-foobar");
    assertThat(none.letIn(empty, SOCKET, "private-foobar", null)).isFalse();
    assertThatThrownBy(() -> none.of("x")).isInstanceOf(IllegalStateException.class);
  }
}
