package io.busbar;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.config.ChannelRule;
import io.busbar.config.Config;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** The live numbers of a node, as the channel and who asks for them now are told. */
final class StatisticsTest {
  @Test
  void requestIsAnsweredWithTheLiveNumbers() {
    try (TestGateway gateway = TestGateway.start("event-loops=1")) {
      JsonObject now =
          TestGateway.await(gateway.bus().<JsonObject>request(Statistics.NOW, Statistics.ADDRESS))
              .body();
      assertThat(now.fieldNames())
          .contains("node", "uptime", "sessions", "in", "out", "protocols", "services");
      assertThat(now.getInteger("subscriptions")).isZero();
      assertThat(now.getJsonArray("services")).isNotEmpty();
    }
  }

  @Test
  void channelRuleSendsCurrentNumbersToNewSubscribers() {
    assertThat(Config.defaults().channels())
        .contains(ChannelRule.of(Statistics.ADDRESS, ChannelRule.Overflow.LATEST, Statistics.NOW));
  }
}
