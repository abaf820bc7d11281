package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One of many numbered messages, as it was received.
 *
 * @param redelivered whether it is marked as possibly repeated
 */
record ReceivedMessage(int number, boolean redelivered) {
  /**
   * Publishes that many numbers, from 0. When this returns, RabbitMQ has confirmed them, and they
   * are on its disk.
   */
  static Void publish(Channel channel, String queue, int count) throws Exception {
    channel.confirmSelect();
    BasicProperties json =
        MessageProperties.PERSISTENT_BASIC.builder().contentType("application/json").build();
    for (int i = 0; i < count; i++) {
      channel.basicPublish("", queue, json, String.valueOf(i).getBytes(UTF_8));
    }
    channel.waitForConfirmsOrDie(60_000);
    return null;
  }

  static ReceivedMessage onTheBus(Message<Object> message) {
    return new ReceivedMessage((Integer) message.body(), message.headers().contains("redelivered"));
  }

  /** Takes all messages out of a queue that nobody else reads or writes. */
  static List<ReceivedMessage> takeAll(Channel channel, String queue) throws Exception {
    long count = channel.messageCount(queue);
    BlockingQueue<ReceivedMessage> coming = new LinkedBlockingQueue<>();
    channel.basicConsume(
        queue,
        true,
        (tag, got) -> {
          boolean marked =
              got.getEnvelope().isRedeliver()
                  || got.getProperties().getHeaders().containsKey("redelivered");
          coming.add(
              new ReceivedMessage(Integer.parseInt(new String(got.getBody(), UTF_8)), marked));
        },
        tag -> {});
    List<ReceivedMessage> all = new ArrayList<>();
    while (all.size() < count) {
      ReceivedMessage next = coming.poll(60, TimeUnit.SECONDS);
      assertThat(next).as("the one after " + all.size()).isNotNull();
      all.add(next);
    }
    return all;
  }
}
