package io.busbar.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import io.vertx.core.buffer.Buffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests signatures against the specification and its library. */
final class SignatureTest {
  private static final String SECRET = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String OTHER = "plJ3nmyCDGBKInavdOK15jsl1GKQGbnVwYcbtQ1/";
  private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";

  private static Signature signature(String... secrets) {
    return new Signature(
        List.of(secrets).stream().map(each -> Base64.getDecoder().decode(each)).toList());
  }

  /** The example of the library's own tests. */
  @Test
  void signatureMatchesTheExampleOfTheLibrary() {
    Buffer body = Buffer.buffer("{\"test\": 2432232314}");
    assertThat(signature(SECRET).of(ID, 1614265330, body))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void signatureIsValidForEachOfTwoSecrets() throws Exception {
    Buffer body = Buffer.buffer("{\"text\":\"ä€😀\"}");
    long now = System.currentTimeMillis() / 1000;
    Map<String, List<String>> headers =
        Map.of(
            "webhook-id", List.of(ID),
            "webhook-timestamp", List.of(Long.toString(now)),
            "webhook-signature", List.of(signature(SECRET, OTHER).of(ID, now, body)));
    new Webhook("whsec_" + SECRET).verify(body.toString(), headers);
    new Webhook("whsec_" + OTHER).verify(body.toString(), headers);
  }
}
