package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AmqpPayloadTest {
  private static Object body(String contentType, byte[] octets) throws Exception {
    BasicProperties properties = new BasicProperties.Builder().contentType(contentType).build();
    return AmqpPayload.body(properties, octets, 1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e400", "[-1e400]", "{\"a\":[{\"b\":1e999999999}]}"})
  void numberTooLargeForADoubleIsRefused(String json) {
    assertThatThrownBy(() -> body("application/json", json.getBytes(UTF_8)))
        .isInstanceOf(AmqpPayload.BadMessageException.class)
        .hasMessage("the body has a number that no message can hold");
  }

  @Test
  void numberTooLargeForADoubleIsRefusedWithoutContentType() {
    assertThatThrownBy(() -> body(null, "[1e400]".getBytes(UTF_8)))
        .isInstanceOf(AmqpPayload.BadMessageException.class);
  }

  @Test
  void wholeNumberKeepsItsDigits() throws Exception {
    String digits = "9".repeat(30);
    Object body = body("application/json", digits.getBytes(UTF_8));
    assertThat(body).isEqualTo(new BigInteger(digits));
    assertThat(AmqpPayload.octets(body)).isEqualTo(digits.getBytes(UTF_8));
  }
}
