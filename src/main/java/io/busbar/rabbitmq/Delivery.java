package io.busbar.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.busbar.config.RabbitMqRoute;
import io.busbar.rabbitmq.AmqpPayload.BadMessageException;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.rabbitmq.RabbitMQMessage;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One message from RabbitMQ, prepared for the bus. Immutable, but for {@code acks}.
 *
 * @param reason why it cannot go to the bus; null if it can
 */
record Delivery(
    Acks acks,
    Envelope envelope,
    BasicProperties properties,
    byte[] octets,
    @Nullable String address,
    @Nullable Object body,
    @Nullable DeliveryOptions options,
    @Nullable String reason) {
  long tag() {
    return envelope.getDeliveryTag();
  }

  /** The offset in the stream; 0 if the queue is not a stream. */
  long offset() {
    Map<String, Object> headers = properties.getHeaders();
    Object offset = headers == null ? null : headers.get("x-stream-offset");
    return offset instanceof Number number ? number.longValue() : 0;
  }

  /** Prepares the messages of one route. Immutable. */
  static final class Form {
    private final int messageSize;
    private final long answerMillis;
    private final Template template;

    /**
     * @param messageSize the most bytes of a body
     * @param addressLength the most characters of an address
     * @throws IllegalArgumentException if the address has an unknown part
     */
    Form(RabbitMqRoute route, int messageSize, int addressLength) {
      this.messageSize = messageSize;
      this.answerMillis = route.answerTimeout().toMillis();
      this.template = new Template(route.address(), addressLength);
    }

    Delivery ready(Acks of, RabbitMQMessage message) {
      Envelope envelope = message.envelope();
      BasicProperties properties = (BasicProperties) message.properties();
      byte[] octets = message.body().getBytes();
      try {
        if (octets.length > messageSize) {
          throw new BadMessageException("the body is longer than " + messageSize + " bytes");
        }
        MultiMap headers = AmqpHeaders.toBus(envelope, properties);
        String address = template.address(envelope.getRoutingKey(), headers);
        Object body = AmqpPayload.body(properties, octets, messageSize);
        DeliveryOptions options =
            new DeliveryOptions().setHeaders(headers).setSendTimeout(answerMillis);
        return new Delivery(of, envelope, properties, octets, address, body, options, null);
      } catch (BadMessageException e) {
        String reason = e.getMessage();
        return new Delivery(of, envelope, properties, octets, null, null, null, reason);
      }
    }
  }

  /**
   * An address with parts in braces: {@code {routing-key}}, {@code {routing-key.N}} (its words
   * between dots, from 1) and {@code {header.NAME}}. Immutable.
   */
  private static final class Template {
    private static final Pattern PART = Pattern.compile("\\{(routing-key|header)(?:\\.([^{}]+))?}");
    private static final Pattern BRACES = Pattern.compile("[{}]");

    private final String template;
    private final int longest;
    private final boolean fixed;

    Template(String template, int longest) {
      this.template = template;
      this.longest = longest;
      this.fixed = !BRACES.matcher(template).find();
      Matcher part = PART.matcher(template);
      while (part.find()) {
        boolean header = part.group(1).equals("header");
        boolean known =
            header ? part.group(2) != null : part.group(2) == null || isWord(part.group(2));
        if (!known) {
          throw new IllegalArgumentException(part.group() + " is no part of an address");
        }
      }
      if (BRACES.matcher(PART.matcher(template).replaceAll("")).find()) {
        throw new IllegalArgumentException(
            "an address has {routing-key}, {routing-key.1} and {header.name}, not " + template);
      }
    }

    /** Will fill in the parts. The result cannot be one of the gateway's own addresses. */
    String address(String routingKey, MultiMap headers) throws BadMessageException {
      if (fixed) {
        return template;
      }
      StringBuilder address = new StringBuilder();
      Matcher part = PART.matcher(template);
      while (part.find()) {
        String value = value(part.group(1), part.group(2), routingKey, headers);
        if (value == null || value.isEmpty()) {
          throw new BadMessageException("the message has no " + part.group() + " for its address");
        }
        part.appendReplacement(address, Matcher.quoteReplacement(value));
      }
      part.appendTail(address);
      if (address.length() > longest) {
        throw new BadMessageException("its address is longer than " + longest + " characters");
      }
      if (address.indexOf("__vertx.") == 0 || address.indexOf("busbar.") == 0) {
        throw new BadMessageException("its address is one of the gateway's own");
      }
      return address.toString();
    }

    private static @Nullable String value(
        String kind, @Nullable String name, String routingKey, MultiMap headers) {
      if (kind.equals("header")) {
        return headers.get(name);
      }
      if (name == null) {
        return routingKey;
      }
      String[] words = routingKey.split("\\.", -1);
      int word = Integer.parseInt(name);
      return word <= words.length ? words[word - 1] : null;
    }

    private static boolean isWord(String name) {
      return name.matches("[1-9][0-9]{0,2}");
    }
  }

  /**
   * How often each message failed here, because a classic queue does not count tries. Messages that
   * are equal in every byte count as one. Owned by the verticle's event loop.
   */
  static final class Tries {
    private static final int MOST_REMEMBERED = 10_000;

    private final Map<String, Integer> failures =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > MOST_REMEMBERED;
          }
        };

    /**
     * Will count one failure and return the total. If a quorum queue has a larger count, that is
     * returned.
     */
    int failed(Delivery delivery) {
      int here = failures.merge(key(delivery), 1, Integer::sum);
      Map<String, Object> headers = delivery.properties().getHeaders();
      Object before = headers == null ? null : headers.get("x-delivery-count");
      return before instanceof Number number ? Math.max(here, number.intValue() + 1) : here;
    }

    /** Will forget a message that is done. */
    void done(Delivery delivery) {
      if (!failures.isEmpty()) {
        failures.remove(key(delivery));
      }
    }

    private static String key(Delivery delivery) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        BasicProperties properties = delivery.properties();
        String rest = properties.getMessageId() + properties.getCorrelationId();
        String key = delivery.envelope().getRoutingKey() + rest;
        digest.update(key.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest(delivery.octets()));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
