package io.busbar.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often each message failed here: a classic queue does not count. Messages that are equal in
 * every byte are one. Belongs to the verticle's event loop.
 */
final class Tries {
  private static final int MOST_REMEMBERED = 10_000;

  private final Map<String, Integer> failures =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  /** Will count one more and return how many there are now; a quorum queue's own count counts. */
  int failed(String routingKey, BasicProperties properties, byte[] body) {
    int here = failures.merge(key(routingKey, properties, body), 1, Integer::sum);
    Map<String, Object> headers = properties.getHeaders();
    Object before = headers == null ? null : headers.get("x-delivery-count");
    return before instanceof Number number ? Math.max(here, number.intValue() + 1) : here;
  }

  /** Will forget one that is done. */
  void done(String routingKey, BasicProperties properties, byte[] body) {
    if (!failures.isEmpty()) {
      failures.remove(key(routingKey, properties, body));
    }
  }

  private static String key(String routingKey, BasicProperties properties, byte[] body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String rest = routingKey + properties.getMessageId() + properties.getCorrelationId();
      digest.update(rest.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
