package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every place that keeps the messages of queues must do. */
abstract class QueueStoreContract {
  abstract QueueStore store();

  private static QueueMessage message(Object body) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Colour", "green");
    return QueueMessage.of(body, 10, headers);
  }

  private static List<Object> bodies(QueueStore store, String queue) {
    return TestGateway.await(store.messages(queue)).stream().map(QueueMessage::body).toList();
  }

  @Test
  void whatIsAddedIsThereInItsOrder() {
    QueueStore store = store();
    long place = 0;
    for (Object body : List.of("text", new JsonObject().put("n", 1), 2.5, true)) {
      TestGateway.await(store.add("q", message(body).at(place++)));
    }
    assertThat(bodies(store, "q")).containsExactly("text", new JsonObject().put("n", 1), 2.5, true);
  }

  @Test
  void theSequenceIsTheOrderAndNotTheTime() {
    QueueStore store = store();
    for (long place : new long[] {12, 3, 1L << 40, -1, 2}) {
      TestGateway.await(store.add("q", message("m" + place).at(place)));
    }
    assertThat(bodies(store, "q")).containsExactly("m-1", "m2", "m3", "m12", "m" + (1L << 40));
  }

  @Test
  void anUpdateChangesTheMessageWhereItIs() {
    QueueStore store = store();
    QueueMessage one = message("one").at(1);
    TestGateway.await(store.add("q", one));
    TestGateway.await(store.add("q", message("two").at(2)));
    TestGateway.await(store.update("q", one.triedAgain().triedAgain()));
    assertThat(bodies(store, "q")).containsExactly("one", "two");
    assertThat(TestGateway.await(store.messages("q"))).extracting("tries").containsExactly(2, 0);
  }

  @Test
  void anUpdateBringsNothingBack() {
    QueueStore store = store();
    QueueMessage one = message("one");
    TestGateway.await(store.add("q", one));
    store.remove("q", one.id());
    TestGateway.await(store.update("q", one.triedAgain()));
    TestGateway.await(store.update("none", one.triedAgain()));
    assertThat(bodies(store, "q")).isEmpty();
    assertThat(bodies(store, "none")).isEmpty();
  }

  @Test
  void aMessageComesBackAsItWas() {
    QueueStore store = store();
    QueueMessage message = message("text").at(7).triedAgain();
    TestGateway.await(store.add("q", message));
    QueueMessage kept = TestGateway.await(store.messages("q")).get(0);
    assertThat(kept.id()).isEqualTo(message.id());
    assertThat(kept.size()).isEqualTo(10);
    assertThat(kept.sequence()).isEqualTo(7);
    assertThat(kept.tries()).isEqualTo(1);
    assertThat(kept.acceptedMillis()).isEqualTo(message.acceptedMillis());
    assertThat(kept.headers().get("colour")).isEqualTo("green");
  }

  @Test
  void whatIsRemovedIsGoneFromItsQueueAlone() {
    QueueStore store = store();
    QueueMessage one = message("one");
    TestGateway.await(store.add("q", one));
    TestGateway.await(store.add("q", message("two").at(1)));
    TestGateway.await(store.add("other", message("three")));
    TestGateway.await(store.remove("q", one.id()));
    TestGateway.await(store.remove("q", one.id()));
    TestGateway.await(store.remove("none", one.id()));
    assertThat(bodies(store, "q")).containsExactly("two");
    assertThat(bodies(store, "other")).containsExactly("three");
    assertThat(bodies(store, "none")).isEmpty();
  }
}
