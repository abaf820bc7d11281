package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.cluster.Owners;
import io.busbar.config.Config;
import io.busbar.config.ConfigLoader;
import io.busbar.hub.Hub;
import io.busbar.net.Connections;
import io.busbar.net.TcpVerticle;
import io.busbar.protocol.stomp.StompTestClient.Received;
import io.busbar.queue.Queues;
import io.busbar.queue.store.QueueMessage;
import io.busbar.queue.store.QueueStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A queue that starts with the contents of its store, and stores that are slow. */
final class QueueTakeoverTest {
  private static final String SUBSCRIBE =
      "SUBSCRIBE\nid:1\nack:client-individual\ndestination:/queue/";

  /** A store that completes on threads of its own, and completes removals only on request. */
  private static final class SlowStore implements QueueStore {
    private final QueueStore memory = QueueStore.inMemory();
    private final Promise<Void> removals = Promise.promise();
    private final AtomicInteger loads = new AtomicInteger();

    private static <T> Future<T> later(Future<T> done) {
      Promise<T> promise = Promise.promise();
      new Thread(() -> done.onComplete(promise)).start();
      return promise.future();
    }

    @Override
    public Future<Void> add(String queue, QueueMessage message) {
      return later(memory.add(queue, message));
    }

    @Override
    public Future<Void> update(String queue, QueueMessage message) {
      return later(memory.update(queue, message));
    }

    @Override
    public Future<Void> remove(String queue, QueueMessage message) {
      memory.remove(queue, message);
      return removals.future();
    }

    @Override
    public Future<List<QueueMessage>> messages(String queue) {
      loads.incrementAndGet();
      return later(memory.messages(queue));
    }

    @Override
    public Future<Map<String, Set<String>>> ids() {
      return later(memory.ids());
    }

    @Override
    public Future<Void> remember(String name, JsonObject what) {
      return later(memory.remember(name, what));
    }

    @Override
    public Future<Void> forget(String name) {
      return later(memory.forget(name));
    }

    @Override
    public Future<Map<String, JsonObject>> remembered() {
      return later(memory.remembered());
    }
  }

  /** The owners of a single node that may have been suspended. */
  private static final class Sleeper implements Owners {
    private volatile long woke;

    @Override
    public String here() {
      return "here";
    }

    @Override
    public String of(String name) {
      return here();
    }

    @Override
    public Set<String> nodes() {
      return Set.of(here());
    }

    @Override
    public long settlesIn(String name) {
      return 0;
    }

    @Override
    public long wokeMillis() {
      return woke;
    }

    @Override
    public void onChange(Runnable changed) {}
  }

  private Vertx vertx;
  private Queues queues;
  private StompTestClient client;

  private void start(QueueStore store) {
    start(store, null);
  }

  private void start(QueueStore store, Owners owners) {
    vertx = Vertx.vertx();
    List<String> settings =
        List.of(
            "permissions=[{address: '#', allow: [subscribe, publish, send]}]",
            "features=[]",
            "queues.tries=2");
    Config config = ConfigLoader.load(null, Map.of(), settings);
    Hub hub = new Hub(vertx, config);
    queues = new Queues(vertx, hub, config.queues(), owners, store, null);
    TestGateway.await(queues.start());
    StompProtocol protocol = new StompProtocol(vertx, hub, config, null, queues);
    TcpVerticle verticle =
        new TcpVerticle(
            protocol::accept, config.stomp(), 0, null, new Connections(config.limits()));
    TestGateway.await(vertx.deployVerticle(verticle));
    client = StompTestClient.connected(TcpStompConnection.connect(verticle.actualPort()), "1.2");
  }

  @AfterEach
  void stop() {
    client.close();
    TestGateway.await(vertx.close());
  }

  private void send(String... bodies) {
    for (String body : bodies) {
      client.receipted("SEND\ndestination:/queue/q\n\n" + body + "\0");
    }
  }

  private String nack(Received message) {
    client.send("NACK\nid:" + message.header("ack") + "\n\n\0");
    return message.text();
  }

  @Test
  void storedMessagesOfAnotherNodeComeInOrderAsRedelivered() {
    QueueStore store = QueueStore.inMemory();
    start(store);
    send("one", "two", "three");
    stop();
    start(store);
    send("four");
    client.send(SUBSCRIBE + "q\n\n\0");
    for (String body : List.of("onetrue", "twotrue", "threetrue", "fournull")) {
      Received message = client.message();
      assertThat(message.text() + message.header("redelivered")).isEqualTo(body);
    }
  }

  @Test
  void messagesAroundAWakeUpAreMarkedRedelivered() {
    Sleeper owners = new Sleeper();
    start(QueueStore.inMemory(), owners);
    send("before");
    owners.woke = System.currentTimeMillis();
    send("after");
    client.receipted("SEND\ndestination:/queue/new\n\nnew\0");
    owners.woke = 1;
    send("long after");
    client.send(SUBSCRIBE + "q\n\n\0");
    client.send(SUBSCRIBE.replace("id:1", "id:2") + "new\n\n\0");
    Map<String, String> received = new HashMap<>();
    for (int i = 0; i < 4; i++) {
      Received message = client.message();
      received.put(message.text(), message.header("redelivered"));
    }
    assertThat(received)
        .containsEntry("before", "true")
        .containsEntry("after", "true")
        .containsEntry("new", "true")
        .containsEntry("long after", null);
  }

  @Test
  void triesOfThePreviousNodeAreCounted() {
    QueueStore store = QueueStore.inMemory();
    start(store);
    send("poison");
    client.send(SUBSCRIBE + "q\n\n\0");
    assertThat(nack(client.message())).isEqualTo("poison");
    assertThat(client.message().header("redelivered")).isEqualTo("true");
    client.receipted("UNSUBSCRIBE\nid:1\n\n\0");
    stop();
    start(store);
    client.send(SUBSCRIBE + "q\n\n\0");
    assertThat(nack(client.message())).isEqualTo("poison");
    client.send(SUBSCRIBE.replace("id:1", "id:2") + "dead-letter.q\n\n\0");
    assertThat(client.message().header("dead-letter-from")).isEqualTo("q");
  }

  @Test
  void slowStoreLosesNoMessageAndKeepsTheOrder() {
    SlowStore store = new SlowStore();
    store.removals.complete();
    start(store);
    client.receipted(SUBSCRIBE.replace("client-individual", "auto") + "q\n\n\0");
    StringBuilder received = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      client.send("SEND\ndestination:/queue/q\n\n" + i + "\0");
      received.append(client.message().text());
    }
    assertThat(received).hasToString("01234");
  }

  @Test
  void queueIsKeptWhileItsStoreStillRemovesMessages() {
    SlowStore store = new SlowStore();
    start(store);
    send("one");
    client.send(SUBSCRIBE + "q\n\n\0");
    client.send("ACK\nid:" + client.message().header("ack") + "\n\n\0");
    client.receipted("UNSUBSCRIBE\nid:1\n\n\0");
    send("two");
    assertThat(store.loads).hasValue(1);
    assertThat(queues.count()).isEqualTo(1);
    client.send(SUBSCRIBE + "q\n\n\0");
    Received two = client.message();
    assertThat(two.text()).isEqualTo("two");
    client.send("ACK\nid:" + two.header("ack") + "\n\n\0");
    client.receipted("UNSUBSCRIBE\nid:1\n\n\0");
    store.removals.complete();
    await().until(() -> queues.count() == 0);
  }
}
