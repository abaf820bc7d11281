package io.busbar.queue.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.hub.Payload;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The tests that every store of queues must pass. */
abstract class QueueStoreContract {
  /** An empty store. */
  abstract QueueStore store();

  static QueueMessage message(Payload payload) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    headers.add("Colour", "green").add("colour", "grün\n\0\uD83D\uDE80").add("empty", "");
    return QueueMessage.of(payload, headers, "alice");
  }

  static QueueMessage message(String text) {
    return message(Payload.text(text));
  }

  static List<String> texts(QueueStore store, String queue) {
    return TestGateway.await(store.messages(queue)).stream()
        .map(message -> (String) message.payload().body())
        .toList();
  }

  private static void assertSameMessage(QueueMessage kept, QueueMessage message) {
    assertThat(kept.payload().kind()).isEqualTo(message.payload().kind());
    assertThat(kept.payload().raw()).isEqualTo(message.payload().raw());
    assertThat(kept.headers().entries()).hasToString(message.headers().entries().toString());
    assertThat(kept)
        .usingRecursiveComparison()
        .ignoringFields("payload", "headers")
        .isEqualTo(message);
  }

  @Test
  void newStoreIsEmpty() {
    QueueStore store = store();
    assertThat(texts(store, "q")).isEmpty();
    assertThat(TestGateway.await(store.ids())).isEmpty();
    assertThat(TestGateway.await(store.remembered())).isEmpty();
  }

  @Test
  void messageIsReadAsItWasAdded() {
    QueueStore store = store();
    QueueMessage first = message("text");
    QueueMessage message =
        new QueueMessage(
            first.id(), first.payload(), first.headers(), "bob", "node-2", true, 9, 12, 34, 56, 7);
    TestGateway.await(store.add("q", message));
    List<QueueMessage> all = TestGateway.await(store.messages("q"));
    assertThat(all).hasSize(1);
    assertSameMessage(all.get(0), message);
    assertThat(all.get(0).headers().getAll("COLOUR")).hasSize(2);
  }

  @Test
  void payloadsAreReadByteForByte() {
    QueueStore store = store();
    List<Payload> payloads =
        List.of(
            Payload.bytes(Buffer.buffer(new byte[] {0, 1, 10, 13, 127, -128, -1})),
            Payload.bytes(Buffer.buffer()),
            Payload.bytes(Buffer.buffer(new byte[1_000_000])),
            Payload.text(""),
            Payload.text("grün \0 \uD83D\uDE80"),
            Payload.json(new JsonObject().put("n", 1).put("list", new JsonArray().add("x"))),
            Payload.packed(Payload.Kind.JSON, "{ \"as\" :\t1 }".getBytes(StandardCharsets.UTF_8)),
            Payload.json(2.5),
            Payload.json(null));
    for (int i = 0; i < payloads.size(); i++) {
      QueueMessage message = message(payloads.get(i)).at(i);
      TestGateway.await(store.add("q", message));
      assertSameMessage(TestGateway.await(store.messages("q")).get(i), message);
    }
  }

  @Test
  void messagesAreOrderedByPlaceAndNotByTime() {
    QueueStore store = store();
    long[] places = {12, 3, 1L << 40, -1, 256, 255, Long.MAX_VALUE, Long.MIN_VALUE, 0, 65_536};
    for (long place : places) {
      TestGateway.await(store.add("q", message("m" + place).at(place)));
    }
    assertThat(texts(store, "q"))
        .containsExactlyElementsOf(LongStream.of(places).sorted().mapToObj(p -> "m" + p).toList());
  }

  /** The two halves of a split cluster may give messages the same place. */
  @Test
  void twoMessagesMayHaveTheSamePlace() {
    QueueStore store = store();
    QueueMessage one = message("one").at(5);
    QueueMessage two = message("two").at(5);
    TestGateway.await(store.add("q", one));
    TestGateway.await(store.add("q", two));
    assertThat(texts(store, "q")).containsExactlyInAnyOrder("one", "two");
    TestGateway.await(store.remove("q", one));
    assertThat(texts(store, "q")).containsExactly("two");
  }

  @Test
  void updatedMessageKeepsItsPlace() {
    QueueStore store = store();
    QueueMessage one = message("one").at(1);
    TestGateway.await(store.add("q", one));
    TestGateway.await(store.add("q", message("two").at(2)));
    TestGateway.await(store.update("q", one.triedAgain().triedAgain()));
    assertThat(texts(store, "q")).containsExactly("one", "two");
    assertThat(TestGateway.await(store.messages("q"))).extracting("tries").containsExactly(2, 0);
  }

  @Test
  void updateDoesNotRestoreARemovedMessage() {
    QueueStore store = store();
    QueueMessage one = message("one").at(1);
    TestGateway.await(store.add("q", one));
    store.remove("q", one);
    TestGateway.await(store.update("q", one.triedAgain()));
    TestGateway.await(store.update("none", one.triedAgain()));
    assertThat(TestGateway.await(store.ids())).isEmpty();
  }

  @Test
  void messageIsRemovedFromItsQueueOnly() {
    QueueStore store = store();
    QueueMessage one = message("one");
    TestGateway.await(store.add("q", one));
    TestGateway.await(store.add("q", message("two").at(1)));
    TestGateway.await(store.add("other", one));
    TestGateway.await(store.remove("q", one));
    TestGateway.await(store.remove("q", one));
    TestGateway.await(store.remove("none", one));
    assertThat(texts(store, "q")).containsExactly("two");
    assertThat(texts(store, "other")).containsExactly("one");
    assertThat(texts(store, "none")).isEmpty();
  }

  @Test
  void queuesWithSimilarNamesStayDistinct() {
    QueueStore store = store();
    List<String> names =
        List.of(
            "q",
            "qq",
            "q.",
            "q.q",
            "q\0",
            "q\0q",
            "q\0\0",
            "\0q",
            "",
            "\0",
            "grün",
            "gr",
            "\uD83D\uDE80",
            "?",
            "q\u0001",
            "q\uFFFF",
            "x".repeat(1_000));
    for (int i = 0; i < names.size(); i++) {
      for (long place : new long[] {0, 'q', 1L << 62, -1}) {
        TestGateway.await(store.add(names.get(i), message(i + " " + place).at(place)));
      }
    }
    for (int i = 0; i < names.size(); i++) {
      assertThat(texts(store, names.get(i)))
          .containsExactly(i + " -1", i + " 0", i + " " + (int) 'q', i + " " + (1L << 62));
    }
    assertThat(TestGateway.await(store.ids())).containsOnlyKeys(names);
  }

  @Test
  void idsAreThoseOfStoredMessages() {
    QueueStore store = store();
    QueueMessage one = message("one").at(1);
    QueueMessage two = message("two").at(2);
    QueueMessage three = message("three").at(1);
    TestGateway.await(store.add("q", one));
    TestGateway.await(store.add("q", two));
    TestGateway.await(store.add("other", three));
    TestGateway.await(store.remember("q", new JsonObject()));
    assertThat(TestGateway.await(store.ids()))
        .isEqualTo(Map.of("q", Set.of(one.id(), two.id()), "other", Set.of(three.id())));
    TestGateway.await(store.remove("other", three));
    TestGateway.await(store.remove("q", one));
    assertThat(TestGateway.await(store.ids())).isEqualTo(Map.of("q", Set.of(two.id())));
  }

  @Test
  void rememberedEntryIsKeptUntilForgotten() {
    QueueStore store = store();
    JsonObject what = new JsonObject().put("queue", "q.\0grün").put("list", new JsonArray().add(1));
    TestGateway.await(store.remember("name", new JsonObject().put("old", true)));
    TestGateway.await(store.remember("name", what));
    what.put("later", true);
    TestGateway.await(store.remember("name\0 other", new JsonObject()));
    what.remove("later");
    assertThat(TestGateway.await(store.remembered()))
        .isEqualTo(Map.of("name", what, "name\0 other", new JsonObject()));
    TestGateway.await(store.forget("name"));
    TestGateway.await(store.forget("none"));
    assertThat(TestGateway.await(store.remembered())).containsOnlyKeys("name\0 other");
    assertThat(TestGateway.await(store.ids())).isEmpty();
  }
}
