package io.busbar.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.vertx.core.MultiMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests that hostile headers have no effect on their way to RabbitMQ and back. */
final class AmqpHeadersTest {
  private static final String LINES = "1\r\nx-match: all\r\n\0\r\n\r\nBEGIN";

  private static BasicProperties sent(String... namesAndValues) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return AmqpHeaders.fromBus(headers, "body", true, "id");
  }

  @Test
  void linesInAHeaderStayInItsValue() {
    BasicProperties properties = sent("a", LINES, "b\r\nc", "2", "correlation-id", LINES);
    assertThat(properties.getHeaders()).isEqualTo(Map.of("a", LINES, "b\r\nc", "2"));
    assertThat(properties.getCorrelationId()).isEqualTo(LINES);
  }

  @Test
  void clientHeadersCannotControlTheBroker() {
    BasicProperties properties =
        sent(
            "CC",
            "other",
            "BCC",
            "other",
            "x-death",
            "1",
            "X-Delay",
            "1",
            "expiration",
            "0",
            "priority",
            "255",
            "user-id",
            "root",
            "delivery-mode",
            "1",
            "cluster-id",
            "c",
            "reply-to",
            "amq.rabbitmq.reply-to",
            "exchange",
            "e",
            "routing-key",
            "k");
    assertThat(properties.getHeaders()).isEmpty();
    assertThat(properties.getExpiration()).isNull();
    assertThat(properties.getPriority()).isNull();
    assertThat(properties.getUserId()).isNull();
    assertThat(properties.getReplyTo()).isNull();
    assertThat(properties.getDeliveryMode()).isEqualTo(2);
  }

  @Test
  void senderHeadersDoNotCrossTheBrokerEitherWay() {
    assertThat(
            sent("session", "s", "user", "u", "roles", "r", "protocol", "p", "event", "e")
                .getHeaders())
        .isEmpty();
    Map<String, Object> claimed = new HashMap<>(Map.of("k", "v", "busbar-address", "orders.new"));
    for (String name : List.of("Session", "USER", "roles", "protocol", "event", "Busbar_Await")) {
      claimed.put(name, "claimed");
    }
    BasicProperties properties = new BasicProperties.Builder().headers(claimed).build();
    MultiMap headers = AmqpHeaders.toBus(new Envelope(1, false, "", "key"), properties);
    assertThat(headers.names()).containsExactlyInAnyOrder("k", "routing-key");
  }

  @Test
  void oversizedHeadersAreRefused() {
    assertThatThrownBy(() -> sent("a", "x".repeat(10_000))).isNotNull();
    assertThatThrownBy(() -> sent("x".repeat(300).replace('x', 'n'), "1")).isNotNull();
    String[] many = new String[200];
    for (int i = 0; i < many.length; i++) {
      many[i] = "h" + i;
    }
    assertThatThrownBy(() -> sent(many)).isNotNull();
    assertThat(sent("correlation-id", "x".repeat(300)).getCorrelationId()).isNull();
  }
}
