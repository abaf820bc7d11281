package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests messages in the formats of Spring, kombu and other libraries. */
final class ForeignMessagesTest {
  private final String queue = "q-" + UUID.randomUUID();
  private final String dead = queue + ".dead";
  private final BlockingQueue<Message<Object>> received = new LinkedBlockingQueue<>();
  private Broker broker;
  private Bridge bridge;

  @BeforeEach
  void start() {
    broker = Broker.any();
    broker.on(channel -> channel.queueDeclare(dead, false, false, true, null));
    String route = "[{queue: %s, address: a, dead-letter: {routing-key: %s}}]";
    String size = "rabbitmq.message-size=1KiB";
    bridge = Bridge.start(broker.uri(), route.formatted(queue, dead), size).awaitOpen();
    Bridge.wait(bridge.bus().consumer("a", received::add).completion());
  }

  @AfterEach
  void stop() {
    bridge.close();
    broker.deleteQueues(queue, dead);
  }

  private void publish(BasicProperties properties, byte[] body) {
    broker.on(
        channel -> {
          channel.basicPublish("", queue, properties, body);
          return null;
        });
  }

  private Message<Object> sent(String contentType, String contentEncoding, byte[] body)
      throws InterruptedException {
    publish(properties(contentType, contentEncoding), body);
    return nextMessage();
  }

  private static BasicProperties properties(String contentType, String contentEncoding) {
    return new BasicProperties.Builder()
        .contentType(contentType)
        .contentEncoding(contentEncoding)
        .build();
  }

  private Message<Object> nextMessage() throws InterruptedException {
    Message<Object> message = received.poll(20, TimeUnit.SECONDS);
    assertThat(message).as("a message in 20 seconds").isNotNull();
    return message;
  }

  private String reason() {
    GetResponse deadLettered =
        Awaitility.await()
            .atMost(Bridge.PATIENCE)
            .until(() -> broker.on(channel -> channel.basicGet(dead, true)), got -> got != null);
    return deadLettered.getProps().getHeaders().get("x-busbar-reason").toString();
  }

  @Test
  void charsetInContentEncodingIsUsedForText() throws Exception {
    for (String utf8 : List.of("utf-8", "UTF-8", "UTF8")) {
      Message<Object> json = sent("application/json", utf8, "{\"é\":1}".getBytes(UTF_8));
      assertThat(json.body()).isEqualTo(new JsonObject().put("é", 1));
      assertThat(json.headers().contains("content-encoding")).isFalse();
      assertThat(sent("text/plain", utf8, "é".getBytes(UTF_8)).body()).isEqualTo("é");
      assertThat(sent("application/xml", utf8, "<é/>".getBytes(UTF_8)).body()).isEqualTo("<é/>");
      assertThat(sent(null, utf8, "[1]".getBytes(UTF_8)).body()).isEqualTo(new JsonArray().add(1));
    }
    assertThat(sent("text/plain", "us-ascii", "e".getBytes(US_ASCII)).body()).isEqualTo("e");
    assertThat(sent("application/json", "iso-8859-1", "\"é\"".getBytes(ISO_8859_1)).body())
        .isEqualTo("é");
    assertThat(sent("application/octet-stream", "utf-8", "e".getBytes(UTF_8)).body())
        .isEqualTo(Buffer.buffer("e"));
  }

  @Test
  void bodyThatIsNotInItsCharsetIsADeadLetter() {
    publish(properties("text/plain", "utf-8"), new byte[] {(byte) 0xff});
    assertThat(reason()).isEqualTo("the body of a text message is not in its charset");
  }

  @Test
  void gzipAndDeflateAreUnpackedUpToTheSizeOfAMessage() throws Exception {
    byte[] json = "{\"a\":1}".getBytes(UTF_8);
    JsonObject expected = new JsonObject().put("a", 1);
    assertThat(sent("application/json", "gzip", gzip(json)).body()).isEqualTo(expected);
    assertThat(sent("application/json", "gzip, UTF-8", gzip(json)).body()).isEqualTo(expected);
    assertThat(sent("application/json", "gzip:UTF-8", gzip(json)).body()).isEqualTo(expected);
    assertThat(sent("application/json", "deflate", deflate(json)).body()).isEqualTo(expected);
    assertThat(sent("image/png", "gzip", gzip(json)).body()).isEqualTo(Buffer.buffer(json));
    publish(properties("text/plain", "gzip"), gzip(new byte[100_000]));
    assertThat(reason()).isEqualTo("the unpacked body is longer than 1024 bytes");
    publish(properties("text/plain", "deflate"), json);
    assertThat(reason()).isEqualTo("the body is not deflate");
  }

  private static byte[] gzip(byte[] octets) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream packing = new GZIPOutputStream(packed)) {
      packing.write(octets);
    }
    return packed.toByteArray();
  }

  private static byte[] deflate(byte[] octets) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream packing = new DeflaterOutputStream(packed)) {
      packing.write(octets);
    }
    return packed.toByteArray();
  }

  @Test
  void bodyWithAnotherContentEncodingIsBytes() throws Exception {
    for (String other : List.of("binary", "br", "gzip, br", "no such thing", "a,b,c,d,e,f")) {
      Message<Object> message = sent("application/json", other, "{}".getBytes(UTF_8));
      assertThat(message.body()).isEqualTo(Buffer.buffer("{}"));
      assertThat(message.headers().get("content-encoding")).isEqualTo(other);
    }
  }

  @Test
  void everyJsonContentTypeIsJson() throws Exception {
    for (String type : List.of("text/json", "application/problem+json", "application/a+JSON;v=1")) {
      Message<Object> message = sent(type, null, "{\"a\":1}".getBytes(UTF_8));
      assertThat(message.body()).isEqualTo(new JsonObject().put("a", 1));
      assertThat(message.headers().get("content-type")).isEqualTo(type);
    }
  }

  @Test
  void javaSerialisedBodiesAreBytesAndTheTypeIdIsKept() throws Exception {
    ByteArrayOutputStream serialised = new ByteArrayOutputStream();
    try (ObjectOutputStream objects = new ObjectOutputStream(serialised)) {
      objects.writeObject(List.of("a"));
    }
    String java = "application/x-java-serialized-object";
    Message<Object> message = sent(java, "UTF-8", serialised.toByteArray());
    assertThat(message.body()).isEqualTo(Buffer.buffer(serialised.toByteArray()));
    assertThat(message.headers().get("content-type")).isEqualTo(java);
    BasicProperties typed =
        properties("application/json", "UTF-8")
            .builder()
            .headers(Map.of("__TypeId__", "com.example.Order"))
            .build();
    publish(typed, "{}".getBytes(UTF_8));
    assertThat(nextMessage().headers().get("__TypeId__")).isEqualTo("com.example.Order");
  }

  @Test
  void tablesAndArraysInHeadersAreJsonText() throws Exception {
    Map<String, Object> table = Map.of("when", new Date(5000), "list", List.of(1, "two", true));
    BasicProperties properties =
        new BasicProperties.Builder()
            .headers(Map.of("table", table, "array", List.of(Map.of("a", 1L), 2.5), "plain", "x"))
            .build();
    publish(properties, "x".getBytes(UTF_8));
    Message<Object> message = nextMessage();
    JsonObject expected =
        new JsonObject().put("when", 5000).put("list", new JsonArray().add(1).add("two").add(true));
    assertThat(new JsonObject(message.headers().get("table"))).isEqualTo(expected);
    assertThat(message.headers().get("array")).isEqualTo("[{\"a\":1},2.5]");
    assertThat(message.headers().get("plain")).isEqualTo("x");
  }
}
