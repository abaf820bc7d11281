package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.busbar.TestGateway;
import io.busbar.cluster.HazelcastCluster;
import io.busbar.cluster.Membership;
import io.busbar.cluster.TestCluster;
import io.busbar.config.ConfigLoader;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With the map as a node has it. */
final class HazelcastQueueStoreTest extends QueueStoreContract {
  private static final TestCluster CLUSTER = new TestCluster();
  private static Vertx vertx;
  private static HazelcastInstance hazelcast;

  @BeforeAll
  static void join() {
    Membership membership =
        HazelcastCluster.membership(
            ConfigLoader.load(null, Map.of(), CLUSTER.settings()).cluster());
    vertx = TestGateway.await(Vertx.builder().withClusterManager(membership).buildClustered());
    hazelcast = membership.getHazelcastInstance();
  }

  @AfterAll
  static void leave() {
    TestGateway.await(vertx.close());
  }

  private static IMap<QueueKey, byte[]> map() {
    return hazelcast.getMap("busbar.queues");
  }

  @AfterEach
  void clear() {
    map().clear();
  }

  @Override
  HazelcastQueueStore store() {
    return new HazelcastQueueStore(vertx, map());
  }

  @Test
  void everyKindOfBodyComesBackAsTheBusCarriesIt() {
    HazelcastQueueStore store = store();
    List<Object> bodies = new ArrayList<>(List.of("", "\u0000ü", 7, 1L << 40, false));
    bodies.add(Buffer.buffer(new byte[] {-1, 0, 64, 10}));
    bodies.add(new JsonArray().add(1).addNull().add("x"));
    bodies.add(null);
    for (int i = 0; i < bodies.size(); i++) {
      MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("a", "1").add("a", "2");
      TestGateway.await(store.add("q", QueueMessage.of(bodies.get(i), 4, headers).at(i)));
    }
    List<QueueMessage> kept = TestGateway.await(store.messages("q"));
    assertThat(kept).extracting(QueueMessage::body).containsExactlyElementsOf(bodies);
    assertThat(kept.get(0).headers().getAll("A")).containsExactly("1", "2");
  }

  @Test
  void aQueueThatIsEmptyLeavesNothingBehind() {
    HazelcastQueueStore store = store();
    QueueMessage message = QueueMessage.of("x", 1, MultiMap.caseInsensitiveMultiMap());
    TestGateway.await(store.add("q@home", message));
    assertThat(TestGateway.await(store.ids())).isEqualTo(Map.of("q@home", Set.of(message.id())));
    TestGateway.await(store.remove("q@home", message.id()));
    assertThat(TestGateway.await(store.ids())).isEmpty();
    assertThat(map().size()).isZero();
  }

  /** They are looked for in the partition that the queue's name falls into. */
  @Test
  void messagesAreWhereTheirQueueLives() {
    HazelcastQueueStore store = store();
    for (String queue : List.of("a", "b@c", "@", "chat.lobby", "ü")) {
      MultiMap none = MultiMap.caseInsensitiveMultiMap();
      TestGateway.await(store.add(queue, QueueMessage.of(queue, 1, none)));
    }
    for (String queue : List.of("a", "b@c", "@", "chat.lobby", "ü")) {
      assertThat(TestGateway.await(store.messages(queue)))
          .extracting(QueueMessage::body)
          .containsExactly(queue);
    }
  }
}
