package io.busbar.cluster;

import static com.hazelcast.internal.serialization.impl.SerializationConstants.CONSTANT_TYPE_BYTE_ARRAY;
import static com.hazelcast.internal.serialization.impl.SerializationConstants.CONSTANT_TYPE_DATA_SERIALIZABLE;
import static com.hazelcast.internal.serialization.impl.SerializationConstants.CONSTANT_TYPE_LONG;
import static com.hazelcast.internal.serialization.impl.SerializationConstants.CONSTANT_TYPE_STRING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.DistributedObject;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.SerializationService;
import com.hazelcast.map.IMap;
import com.hazelcast.multimap.MultiMap;
import com.hazelcast.nio.serialization.DataSerializable;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.busbar.TestGateway;
import io.busbar.admin.BridgeListener;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.impl.MessageImpl;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.ClusterSerializable;
import io.vertx.ext.stomp.Frame;
import io.vertx.ext.stomp.StompClient;
import io.vertx.ext.stomp.StompClientConnection;
import java.io.Serializable;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Tests that nodes of two builds understand each other: messages and shared data have only types
 * that neither build defines.
 */
final class WireTypesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int QUEUES = 8;

  /** Vert.x codecs that write no class name. */
  private static final Set<String> CODECS =
      Set.of(
          "null",
          "string",
          "boolean",
          "int",
          "long",
          "double",
          "buffer",
          "bytearray",
          "jsonobject",
          "jsonarray",
          "replyexception");

  /** Subjects of all kinds of traffic between nodes, so that the test forgets none. */
  private static final Set<String> SUBJECTS =
      Set.of(
          "public.wire",
          "busbar.publications",
          "busbar.publications.patterns",
          "busbar.sockjs.",
          "busbar.queue.",
          "busbar.presence.",
          "busbar.sessions.end",
          "busbar.cluster.probe.",
          "chat.room",
          "__vertx.reply.");

  /** Classes that Hazelcast writes field by field. */
  private static final Set<String> CLASSES =
      Set.of("io.busbar.queue.store.HazelcastQueueStore$Key", "io.busbar.cluster.NumberedKey");

  private final TestCluster cluster = new TestCluster();
  private final ConcurrentMap<String, Set<String>> said = new ConcurrentHashMap<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private StompClient stomp;

  @AfterEach
  void end() {
    cluster.close();
  }

  @Test
  void nodesSendAndStoreOnlyTypesOfEveryBuild() throws Exception {
    TestGateway first = cluster.startHere("shutdown.spread=0s");
    TestGateway second = cluster.startHere("shutdown.spread=0s");
    record(first);
    record(second);
    stomp = StompClient.create(first.vertx());

    try (Kept kept = new Kept(first)) {
      exchangeMessages(first, second);
      queue(first, second);
      sockJs(first, second);
      chat(first, second);
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(subjects()).containsAll(SUBJECTS));
      kept.look();
      Set<String> codecs = new TreeSet<>();
      said.values().forEach(codecs::addAll);
      assertThat(CODECS).containsAll(codecs);
      assertThat(kept.types()).isNotEmpty().allMatch(WireTypesTest::isKnown);
      assertThat(kept.maps())
          .contains("busbar.queue", "busbar.sockjs", "busbar.presence", "chat.nicknames");
    }
  }

  private static boolean isKnown(String type) {
    return CLASSES.contains(type) || Set.of("string", "bytes", "long").contains(type);
  }

  private Set<String> subjects() {
    return said.keySet().stream()
        .map(address -> address.replaceAll("[0-9a-f-]{36}$|(?<=reply\\.).*$", ""))
        .collect(Collectors.toSet());
  }

  private void record(TestGateway node) {
    node.bus()
        .<Object>addOutboundInterceptor(
            delivery -> {
              said.computeIfAbsent(delivery.message().address(), a -> new ConcurrentSkipListSet<>())
                  .add(codec(delivery));
              delivery.next();
            });
  }

  private static String codec(DeliveryContext<?> delivery) {
    MessageCodec<?, ?> codec = ((MessageImpl<?, ?>) delivery.message()).codec();
    return codec.systemCodecID() < 0 ? "a codec of our own" : codec.name();
  }

  /** Bridge and STOMP: publish, send, request, answers, refusals, patterns, ended users. */
  private void exchangeMessages(TestGateway first, TestGateway second) throws Exception {
    String demo = Base64.getEncoder().encodeToString("demo:demo".getBytes(StandardCharsets.UTF_8));
    BridgeListener here = client(first, "Authorization", "Basic " + demo);
    BridgeListener there = client(second, "Authorization", "Basic " + demo);
    StompClientConnection pattern = connect(second);
    TestGateway.await(pattern.subscribe("/topic/public.*", message -> {}));
    there.say("register", "public.wire");
    JsonObject message = new JsonObject().put("address", "public.wire");
    // Until the other node knows the listener.
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              here.say(message.copy().put("type", "publish").put("body", "there?"));
              return !there.received().isEmpty();
            });
    for (Object body :
        List.of("text", 1, 1L << 40, 1.5, true, new JsonArray().add(1), new JsonObject())) {
      here.say(message.copy().put("type", "publish").put("body", body));
    }
    here.say(message.copy().put("type", "send").put("headers", new JsonObject().put("a", "b")));
    TestGateway.await(connect(first).send("/topic/public.wire", Buffer.buffer(new byte[] {-1})));
    here.say(message.copy().put("type", "send").put("body", "?").put("replyAddress", "r"));
    await()
        .atMost(PATIENCE)
        .until(() -> there.received().stream().anyMatch(WireTypesTest::isRequest));
    JsonObject asked =
        there.received().stream().filter(WireTypesTest::isRequest).findFirst().orElseThrow();
    there.say(new JsonObject().put("type", "send").put("address", asked.getString("replyAddress")));
    here.say(new JsonObject().put("type", "send").put("address", "echo").put("body", "echo"));
    await().atMost(PATIENCE).until(() -> !here.received().isEmpty());
    HttpRequest.Builder end =
        request(first.adminPort(), "/api/users/demo/sessions")
            .method("DELETE", BodyPublishers.noBody());
    assertThat(http.send(end.build(), BodyHandlers.discarding()).statusCode()).isEqualTo(202);
    assertThat(there.closeCode().get()).isEqualTo(4403);
  }

  private static boolean isRequest(JsonObject message) {
    return message.getString("replyAddress") != null;
  }

  private static BridgeListener client(TestGateway node, String... headers) {
    return new BridgeListener(node.vertx(), node.httpPort(), headers);
  }

  private StompClientConnection connect(TestGateway node) {
    return TestGateway.await(stomp.connect(node.stompPort(), "127.0.0.1"));
  }

  private static HttpRequest.Builder request(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  /** Some queues live on one node and some on the other; half of the messages stay. */
  private void queue(TestGateway first, TestGateway second) {
    StompClientConnection sender = connect(first);
    StompClientConnection consumer = connect(second);
    List<String> received = new ArrayList<>();
    for (int i = 0; i < QUEUES; i++) {
      String queue = "/queue/public.q" + i;
      TestGateway.await(sender.send(queue, Buffer.buffer("kept")));
      TestGateway.await(sender.send(queue, new HashMap<>(Map.of("a", "b")), Buffer.buffer("too")));
      TestGateway.await(
          consumer.subscribe(
              queue,
              new HashMap<>(
                  Map.of(Frame.ACK, "client-individual", "id", queue, "prefetch-count", "1")),
              message -> received.add(message.getBodyAsString())));
    }
    await().atMost(PATIENCE).until(() -> received.size() == QUEUES);
  }

  private void sockJs(TestGateway first, TestGateway second) throws Exception {
    String url = "/eventbus/000/" + UUID.randomUUID();
    assertThat(post(first, url + "/xhr", "").body()).isEqualTo("o\n");
    String register = "{\"type\":\"register\",\"address\":\"public.wire\"}";
    assertThat(post(second, url + "/xhr_send", new JsonArray().add(register).encode()).statusCode())
        .isEqualTo(204);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              first.bus().publish("public.wire", "polled");
              return post(second, url + "/xhr", "").body().contains("polled");
            });
  }

  private java.net.http.HttpResponse<String> post(TestGateway node, String path, String body)
      throws Exception {
    return http.send(
        request(node.httpPort(), path).POST(BodyPublishers.ofString(body)).build(),
        BodyHandlers.ofString());
  }

  private static void chat(TestGateway first, TestGateway second) {
    BridgeListener room = client(second).say("register", "chat.room");
    BridgeListener stocks = client(first).say("register", "stocks.AAPL");
    BridgeListener publisher = client(first);
    publisher.say(
        new JsonObject()
            .put("type", "publish")
            .put("address", "chat.say")
            .put("body", new JsonObject().put("message", "hello")));
    await()
        .atMost(PATIENCE)
        .until(
            () -> room.received().stream().anyMatch(message -> message.encode().contains("hello")));
    room.say("register", "public.presence-demo");
    stocks.say("register", "public.presence-demo");
    assertThat(stocks.closeCode()).isNotDone();
  }

  /** Only classes that are written by name would have to stay unchanged. */
  @Test
  void onlyListedClassesAreSerialized() {
    Set<String> written =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.busbar")
                .stream()
                .filter(WireTypesTest::canBeWritten)
                .map(JavaClass::getName)
                .collect(Collectors.toSet());
    assertThat(written)
        .containsExactlyInAnyOrder(
            "io.busbar.queue.store.HazelcastQueueStore$Key",
            "io.busbar.cluster.InterestUpdate",
            "io.busbar.cluster.NumberedKey",
            "io.busbar.presence.OwnersEntry$Claim",
            "io.busbar.presence.OwnersEntry$Write",
            "io.busbar.stream.HazelcastStreamStore$PutWhereNoneIs");
  }

  private static boolean canBeWritten(JavaClass each) {
    return !each.isEnum()
        && !each.isAssignableTo(Throwable.class)
        && !each.isAssignableTo(Enum.class)
        && !each.isAssignableTo(Map.class)
        && (each.isAssignableTo(Serializable.class)
            || each.isAssignableTo(DataSerializable.class)
            || each.isAssignableTo(ClusterSerializable.class)
            || each.isAssignableTo(com.hazelcast.nio.serialization.Portable.class)
            || each.isAssignableTo(com.hazelcast.nio.serialization.compact.CompactSerializer.class)
            || each.isAssignableTo(com.hazelcast.nio.serialization.Serializer.class));
  }

  /**
   * The types of all keys and values in Hazelcast, in its serialized form, from several looks. Used
   * by the test's thread.
   */
  private static final class Kept implements AutoCloseable {
    private final TestGateway node;
    private final SerializationService writing;
    private final Set<String> types = new TreeSet<>();
    private final Set<String> maps = new TreeSet<>();

    Kept(TestGateway node) {
      this.node = node;
      this.writing = ((HazelcastInstanceProxy) node.hazelcast()).getSerializationService();
    }

    void look() {
      for (DistributedObject each : node.hazelcast().getDistributedObjects()) {
        if (each instanceof IMap<?, ?> map) {
          map.forEach((key, value) -> add(each, key, value));
        } else if (each instanceof MultiMap<?, ?> map) {
          map.entrySet().forEach(entry -> add(each, entry.getKey(), entry.getValue()));
        }
      }
    }

    private void add(DistributedObject map, Object key, Object value) {
      maps.add(map.getName());
      types.add(type(key));
      types.add(type(value));
    }

    private String type(Object object) {
      Data data = writing.toData(object);
      return switch (data.getType()) {
        case CONSTANT_TYPE_STRING -> "string";
        case CONSTANT_TYPE_BYTE_ARRAY -> "bytes";
        case CONSTANT_TYPE_LONG -> "long";
        case CONSTANT_TYPE_DATA_SERIALIZABLE -> object.getClass().getName();
        default -> data.getType() + " " + object.getClass().getName();
      };
    }

    Set<String> types() {
      return types;
    }

    Set<String> maps() {
      return maps;
    }

    @Override
    public void close() {
      maps.clear();
    }
  }
}
