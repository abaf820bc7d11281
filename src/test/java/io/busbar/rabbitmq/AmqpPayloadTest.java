package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AmqpPayloadTest {
  @ParameterizedTest
  @ValueSource(strings = {"1e400", "[-1e400]", "{\"a\":[{\"b\":1e999999999}]}"})
  void numberTooLargeForADoubleIsRefused(String json) {
    assertThatThrownBy(() -> AmqpPayload.body("application/json", json.getBytes(UTF_8)))
        .isInstanceOf(BadMessageException.class)
        .hasMessage("the body has a number that no message can hold");
  }

  @Test
  void numberTooLargeForADoubleIsRefusedWithoutATypeToo() {
    assertThatThrownBy(() -> AmqpPayload.body(null, "[1e400]".getBytes(UTF_8)))
        .isInstanceOf(BadMessageException.class);
  }

  @Test
  void wholeNumberKeepsItsDigits() throws Exception {
    String digits = "9".repeat(30);
    Object body = AmqpPayload.body("application/json", digits.getBytes(UTF_8));
    assertThat(body).isEqualTo(new BigInteger(digits));
    assertThat(AmqpPayload.octets(body)).isEqualTo(digits.getBytes(UTF_8));
  }
}
