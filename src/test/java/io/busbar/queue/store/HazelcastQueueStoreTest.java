package io.busbar.queue.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests the store in a map of Hazelcast, on a single node. */
final class HazelcastQueueStoreTest extends QueueStoreContract {
  private static Vertx vertx;
  private static HazelcastInstance hazelcast;

  @BeforeAll
  static void start() {
    Config config = new Config();
    config.setClusterName(UUID.randomUUID().toString());
    config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
    config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    hazelcast = Hazelcast.newHazelcastInstance(config);
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() {
    vertx.close().await();
    hazelcast.shutdown();
  }

  @Override
  QueueStore store() {
    return new HazelcastQueueStore(vertx, hazelcast, UUID.randomUUID().toString());
  }

  @Test
  void emptiedQueueLeavesNoEntry() {
    QueueStore store = store();
    QueueMessage message = message("x");
    store.add("q@home", message).await();
    assertThat(store.ids().await()).isEqualTo(Map.of("q@home", Set.of(message.id())));
    store.remove("q@home", message).await();
    assertThat(store.ids().await()).isEmpty();
  }

  /** They are read from the partition of the queue's name. */
  @Test
  void messagesAreStoredInThePartitionOfTheirQueue() {
    QueueStore store = store();
    List<String> queues = List.of("a", "b@c", "@", "chat.lobby", "ü");
    queues.forEach(queue -> store.add(queue, message(queue)).await());
    for (String queue : queues) {
      assertThat(store.messages(queue).await())
          .extracting(each -> each.payload().body())
          .containsExactly(queue);
    }
  }
}
