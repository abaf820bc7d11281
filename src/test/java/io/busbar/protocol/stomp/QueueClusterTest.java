package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.protocol.stomp.StompTestClient.Received;
import io.busbar.queue.QueueDirectory;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Queues whose owner, sender and consumers are on different nodes. */
final class QueueClusterTest extends QueueNodes {
  @Test
  void queueServesSendersAndConsumersOnOtherNodes() {
    for (TestGateway home : List.of(first, second)) {
      String queue = queueOn(home);
      StompTestClient sender = client(first);
      StompTestClient consumer = client(second);
      send(sender, queue, 0, 3);
      consume(consumer, queue, "ack:client\n");
      send(sender, queue, 3, 6);
      Received last = null;
      for (int i = 0; i < 6; i++) {
        last = consumer.message();
        assertThat(said(last)).isEqualTo(Integer.toString(i));
      }
      assertThat(kept(queue)).isEqualTo(6);
      ack(consumer, last);
      await().atMost(PATIENCE).until(() -> kept(queue) == 0);
    }
  }

  @Test
  void consumersOnBothNodesTakeTurnsAndGetReturnedMessages() {
    String queue = queueOn(first);
    StompTestClient here = client(first);
    StompTestClient there = client(second);
    consumeEmpty(here, queue);
    consumeEmpty(there, queue);
    send(client(second), queue, 0, 4);
    here.message();
    here.message();
    Received unwanted = there.message();
    ack(there, there.message());
    there.send("NACK\nid:" + unwanted.header("ack") + "\n\n\0");
    here.send("UNSUBSCRIBE\nid:1\n\n\0");
    Set<String> again = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      Received message = there.message();
      again.add(message.header("redelivered"));
      ack(there, message);
    }
    Received last = there.message();
    ack(there, last);
    assertThat(again).containsExactly("true");
    await().atMost(PATIENCE).until(() -> kept(queue) == 0);
  }

  @Test
  void everyNodeListsAndManagesQueuesOfAllNodes() {
    String here = queueOn(first);
    String there = queueOn(second);
    send(client(first), here, 0, 3);
    send(client(first), there, 0, 1);
    for (TestGateway node : List.of(first, second)) {
      QueueDirectory directory = node.queues().directory();
      List<JsonObject> all = TestGateway.await(directory.list("public.q", "", 1000));
      assertThat(all).extracting(each -> each.getString("name")).contains(here, there).isSorted();
      assertThat(TestGateway.await(directory.describe(there)).getInteger("waiting")).isEqualTo(1);
      assertThat(TestGateway.await(directory.browse(here, 2)).getJsonArray("messages")).hasSize(2);
    }
    QueueDirectory directory = second.queues().directory();
    assertThat(TestGateway.await(directory.move(here, there))).isEqualTo(3);
    assertThat(TestGateway.await(directory.purge(there))).isEqualTo(4);
    assertThat(kept(here) + kept(there)).isZero();
    assertThatThrownBy(() -> TestGateway.await(directory.describe("public.nobody")))
        .matches(QueueDirectory::isUnknown);
  }

  @Test
  void queueLimitHoldsForSendersOnAllNodes() {
    String queue = queueOn(first);
    StompTestClient here = client(first);
    StompTestClient there = client(second);
    send(here, queue, 0, 250);
    send(there, queue, 250, 500);
    there.send("SEND\nreceipt:r\ndestination:/queue/" + queue + "\n\nmore\0");
    assertThat(there.error().header("message")).isEqualTo("the queue is full\\c " + queue);
    StompTestClient consumer = client(second);
    consume(consumer, queue, "");
    for (int i = 0; i < 500; i++) {
      assertThat(said(consumer.message())).isEqualTo(Integer.toString(i));
    }
    await().atMost(PATIENCE).until(() -> kept(queue) == 0);
  }

  @Test
  void queueSendsMessagesToAVerticleOnAnotherNode() {
    String queue = handledQueueOn(first);
    Set<Object> received = ConcurrentHashMap.newKeySet();
    MessageConsumer<Object> verticle = second.bus().consumer("handled." + queue);
    verticle.handler(
        message -> {
          if (received.add(message.body())) {
            message.fail(1, "once more");
          } else {
            message.reply("done");
          }
        });
    TestGateway.await(verticle.completion());
    send(client(second), queue, 0, 10);
    await().atMost(PATIENCE).until(() -> received.size() == 10 && kept(queue) == 0);
    TestGateway.await(verticle.unregister());
  }

  @Test
  void clientsRequestAndReplyThroughAQueueOnAnotherNode() {
    String queue = queueOn(first);
    StompTestClient answering = client(second);
    consumeEmpty(answering, queue);
    StompTestClient asking = client(second);
    asking.send(
        "SEND\ndestination:/queue/"
            + queue
            + "\nreply-to:/temp-queue/x\ncorrelation-id:7\n\nwhy?\0");
    Received question = answering.message();
    String back = question.header("reply-to");
    answering.send("SEND\ndestination:" + back + "\nmood:good\ncorrelation-id:7\n\nbecause\0");
    Received answer = asking.message();
    assertThat(answer.text()).isEqualTo("because");
    assertThat(answer.header("destination")).isEqualTo("/temp-queue/x");
    assertThat(answer.header("mood") + answer.header("correlation-id")).isEqualTo("good7");
    ack(answering, question);
  }

  @Test
  void unansweredMessagesBecomeDeadLetters() {
    String queue = handledQueueOn(first);
    List<Object> taken = new CopyOnWriteArrayList<>();
    MessageConsumer<Object> silent =
        second.bus().consumer("handled." + queue, message -> taken.add(message.body()));
    TestGateway.await(silent.completion());
    send(client(second), queue, 0, 1);
    StompTestClient undertaker = client(first);
    consume(undertaker, "public.dead", "");
    assertThat(undertaker.message().text()).isEqualTo("0");
    assertThat(taken).hasSize(3);
    await().atMost(PATIENCE).until(() -> kept(queue) == 0);
    TestGateway.await(silent.unregister());
  }
}
