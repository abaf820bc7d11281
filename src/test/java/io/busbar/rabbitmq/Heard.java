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
 * One of many numbered messages, as it came.
 *
 * @param redelivered whether it says that it may have come before
 */
record Heard(int number, boolean redelivered) {
  /** So many numbers, from 0, are in RabbitMQ when this returns: confirmed, and on its disk. */
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

  static Heard onTheBus(Message<Object> message) {
    return new Heard((Integer) message.body(), message.headers().contains("redelivered"));
  }

  /** All that is in a queue that nobody else reads or writes; takes it out. */
  static List<Heard> takeAll(Channel channel, String queue) throws Exception {
    long count = channel.messageCount(queue);
    BlockingQueue<Heard> coming = new LinkedBlockingQueue<>();
    channel.basicConsume(
        queue,
        true,
        (tag, got) -> {
          boolean marked =
              got.getEnvelope().isRedeliver()
                  || got.getProperties().getHeaders().containsKey("redelivered");
          coming.add(new Heard(Integer.parseInt(new String(got.getBody(), UTF_8)), marked));
        },
        tag -> {});
    List<Heard> all = new ArrayList<>();
    while (all.size() < count) {
      Heard next = coming.poll(60, TimeUnit.SECONDS);
      assertThat(next).as("the one after " + all.size()).isNotNull();
      all.add(next);
    }
    return all;
  }
}
