package io.busbar.protocol.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The mapping between topics and addresses. */
final class TopicNamesTest {
  private final TopicNames all = new TopicNames("");
  private final TopicNames below = new TopicNames("a.hub.");

  @ParameterizedTest
  @CsvSource({
    "node/relay/i2c0-38/set, node.relay.i2c0-38.set",
    "one, one",
    "-/-/config/list, -.-.config.list",
    "node/AB:CD:ef/Grüße %2E/+, node.AB:CD:ef.Grüße %2E.+",
    "' / ', ' . '"
  })
  void topicMapsToAnAddressAndBack(String topic, String address) throws Exception {
    assertThat(all.address(topic)).isEqualTo(address);
    assertThat(all.topic(address)).isEqualTo(topic);
    assertThat(below.address(topic)).isEqualTo("a.hub." + address);
    assertThat(below.topic("a.hub." + address)).isEqualTo(topic);
  }

  @ParameterizedTest
  @CsvSource({
    "'', a topic has no empty part",
    "/, a topic has no empty part",
    "/a, a topic has no empty part",
    "a/, a topic has no empty part",
    "a//b, a topic has no empty part",
    "a.b, a topic has no . in it",
    "a/., a topic has no . in it",
    "a/*, a topic has no * in it",
    "a*b, a topic has no * in it",
    "#, a topic has no # in it",
    "clown.talk/-/x, a topic has no . in it"
  })
  void invalidTopicIsRefusedByItsRule(String topic, String rule) {
    assertThatThrownBy(() -> all.address(topic))
        .isInstanceOf(TopicsException.class)
        .hasMessage(rule);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a..b", ".a", "a.", "a/b", "a.*", "#.a", "a.b#"})
  void addressThatIsNoTopicHasNone(String address) {
    assertThat(all.topic(address)).isNull();
    assertThat(below.topic("a.hub." + address)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.hub", "a.hub.", "a.hubs.b", "a", "b.hub.c"})
  void addressOutsideThePrefixHasNoTopic(String address) {
    assertThat(below.topic(address)).isNull();
  }
}
