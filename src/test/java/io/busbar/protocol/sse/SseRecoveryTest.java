package io.busbar.protocol.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.busbar.TestGateway;
import io.busbar.protocol.session.RawHttp;
import io.busbar.protocol.sse.EventParser.Event;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that reconnects gets missed messages, or is told that they are gone. */
final class SseRecoveryTest {
  private static TestGateway gateway;

  private final String one = "kept." + UUID.randomUUID();
  private final String two = "kept." + UUID.randomUUID();
  private final String few = "few." + UUID.randomUUID();
  private final String plain = "public." + UUID.randomUUID();

  @BeforeAll
  static void start() {
    gateway =
        TestGateway.start(
            "permissions=[{address: '#', allow: [subscribe, publish]}]",
            "channels=[{address: 'kept.*', history: {messages: 1000}},"
                + " {address: 'few.*', history: {messages: 3}}]");
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static EventStream open(String lastId, String... channels) {
    try {
      String query = EventStream.channels(channels);
      return lastId == null
          ? EventStream.open(gateway.httpPort(), query)
          : EventStream.open(gateway.httpPort(), query, "Last-Event-ID", lastId);
    } catch (EventStream.Refused e) {
      throw new AssertionError(e);
    }
  }

  /** Publishes, and returns when the stream has stored the message. */
  private static void publish(String channel, Object body) {
    JsonObject post = new JsonObject().put("channel", channel).put("body", body);
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      assertThat(http.post("/events", post.encode()).status()).isEqualTo(202);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertReceives(EventStream stream, String... all) {
    for (String data : all) {
      assertThat(stream.next().data()).isEqualTo(data);
    }
  }

  /** Returns the first event of a stream with a history, and checks it. */
  private static Event readOpenEvent(EventStream stream) {
    Event first = stream.next();
    assertThat(first.name()).isEqualTo("busbar-open");
    assertThat(first.data()).isEqualTo("{}");
    return first;
  }

  @Test
  void eventIdHasTheEpochAndTheOffset() {
    try (EventStream stream = open(null, one)) {
      String epoch = readOpenEvent(stream).lastId().replace(":0", "");
      assertThat(epoch).matches("[0-9a-z]+");
      publish(one, "a");
      assertThat(stream.next()).isEqualTo(new Event("message", "a", epoch + ":1"));
      publish(one, "b");
      assertThat(stream.next()).isEqualTo(new Event("message", "b", epoch + ":2"));
    }
  }

  @Test
  void returningClientReceivesMissedAndLaterMessages() {
    String lastId;
    try (EventStream stream = open(null, one)) {
      readOpenEvent(stream);
      publish(one, 1);
      lastId = stream.next().lastId();
    }
    publish(one, 2);
    publish(one, 3);
    try (EventStream stream = open(lastId, one)) {
      assertThat(readOpenEvent(stream).lastId()).isEqualTo(lastId);
      assertReceives(stream, "2", "3");
      publish(one, 4);
      assertReceives(stream, "4");
    }
  }

  /** It works for a client that has received nothing yet, too. */
  @Test
  void clientDisconnectedBeforeTheFirstMessageRecovers() {
    String lastId;
    try (EventStream stream = open(null, one)) {
      lastId = readOpenEvent(stream).lastId();
    }
    publish(one, 1);
    try (EventStream stream = open(lastId, one)) {
      readOpenEvent(stream);
      assertReceives(stream, "1");
    }
  }

  @Test
  void idOfSeveralChannelsHasThePositionOfEach() {
    String lastId;
    try (EventStream stream = open(null, one, plain, two)) {
      readOpenEvent(stream);
      publish(one, "one 1");
      publish(two, "two 1");
      publish(plain, "plain");
      publish(one, "one 2");
      // There is no order between two channels.
      List<Event> received = List.of(stream.next(), stream.next(), stream.next(), stream.next());
      assertThat(received.stream().map(Event::data))
          .containsExactlyInAnyOrder("one 1", "two 1", "plain", "one 2");
      lastId = received.get(3).lastId();
    }
    assertThat(lastId.split(","))
        .satisfiesExactlyInAnyOrder(
            each -> assertThat(each).matches("[0-9a-z]+=[0-9a-z]+:2"),
            each -> assertThat(each).matches("[0-9a-z]+=[0-9a-z]+:1"));
    publish(two, "two 2");
    publish(one, "one 3");
    try (EventStream stream = open(lastId, two, plain, one)) {
      readOpenEvent(stream);
      assertThat(
              IntStream.range(0, 2)
                  .mapToObj(each -> stream.next().data())
                  .collect(Collectors.toSet()))
          .containsExactlyInAnyOrder("two 2", "one 3");
    }
  }

  @Test
  void returningClientMayChangeItsChannels() {
    String lastId;
    try (EventStream stream = open(null, one, plain)) {
      lastId = readOpenEvent(stream).lastId();
    }
    publish(one, "missed");
    publish(two, "before it came");
    try (EventStream stream = open(lastId, two, one)) {
      readOpenEvent(stream);
      assertReceives(stream, "missed");
      publish(two, "after");
      assertReceives(stream, "after");
    }
    try (EventStream stream = open(lastId, one)) {
      readOpenEvent(stream);
      assertReceives(stream, "missed");
    }
  }

  @Test
  void lastEventIdMayBeInTheUrl() throws Exception {
    String lastId;
    try (EventStream stream = open(null, one)) {
      lastId = readOpenEvent(stream).lastId();
    }
    publish(one, "missed");
    String query = EventStream.channels(one) + "&lastEventId=" + lastId;
    try (EventStream stream = EventStream.open(gateway.httpPort(), query)) {
      readOpenEvent(stream);
      assertReceives(stream, "missed");
    }
  }

  private static void assertGapEvent(EventStream stream, String channel, String reason) {
    Event gap = stream.next();
    assertThat(gap.name()).isEqualTo("busbar-gap");
    JsonObject announcement = new JsonObject(gap.data());
    assertThat(announcement.getString("channel")).isEqualTo(channel);
    assertThat(announcement.getBoolean("recovered")).isFalse();
    assertThat(announcement.getString("reason")).isEqualTo(reason);
  }

  @Test
  void clientTooFarBehindReceivesAGapEvent() {
    String lastId;
    try (EventStream stream = open(null, few)) {
      lastId = readOpenEvent(stream).lastId();
    }
    for (int i = 1; i <= 5; i++) {
      publish(few, i);
    }
    try (EventStream stream = open(lastId, few)) {
      readOpenEvent(stream);
      assertGapEvent(stream, few, "too far behind");
      publish(few, 6);
      assertReceives(stream, "6");
    }
  }

  @Test
  void idOfAnotherEpochCausesAGapEvent() {
    publish(one, 1);
    try (EventStream stream = open("nonsense:1", one)) {
      readOpenEvent(stream);
      assertGapEvent(stream, one, "epoch");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"7", "a:", ":1", "a:-1", "a:1:2", "a:99999999999999999999", "a=b=c:1", "%:1", ","})
  void invalidIdCausesAGapEvent(String lastId) {
    try (EventStream stream = open(lastId, one)) {
      readOpenEvent(stream);
      assertGapEvent(stream, one, "unknown id");
    }
  }

  @Test
  void channelWithoutHistoryHasNoIds() {
    try (EventStream stream = open("a:1", plain)) {
      assertGapEvent(stream, plain, "no history");
      publish(plain, 1);
      assertThat(stream.next()).isEqualTo(new Event("message", "1", ""));
    }
  }

  @Test
  void tooManyChannelsWithHistoryAreRefused() {
    String[] many = IntStream.range(0, 65).mapToObj(i -> "kept." + i).toArray(String[]::new);
    EventStream.Refused refused =
        catchThrowableOfType(EventStream.Refused.class, () -> openAndClose(many));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body().getString("message")).contains("at most 64");
  }

  private static void openAndClose(String... channels) throws EventStream.Refused {
    EventStream.open(gateway.httpPort(), EventStream.channels(channels)).close();
  }

  /** The longest possible id fits into a request header with the default config. */
  @Test
  void clientWithTheMaximumNumberOfChannelsRecovers() {
    String[] many = IntStream.range(0, 64).mapToObj(i -> "kept." + i).toArray(String[]::new);
    String lastId;
    try (EventStream stream = open(null, many)) {
      lastId = readOpenEvent(stream).lastId();
    }
    publish("kept.63", "missed");
    try (EventStream stream = open(lastId, many)) {
      readOpenEvent(stream);
      assertReceives(stream, "missed");
    }
  }
}
