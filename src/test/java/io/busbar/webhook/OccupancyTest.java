package io.busbar.webhook;

import static io.busbar.webhook.WebhookGateway.hook;
import static io.busbar.webhook.WebhookGateway.setting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.admin.BridgeListener;
import io.busbar.cluster.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests the occupied and vacated events of channels without presence. */
final class OccupancyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String PERMISSIONS =
      "permissions=[{address: '#', allow: [subscribe, publish, send]}]";
  private static final String CHANNELS = "channels=[{address: public.here, presence: true}]";

  private final Receiver receiver = Receiver.start();

  @AfterEach
  void stop() {
    receiver.close();
  }

  private String hookSetting() {
    return setting(
        hook(
            receiver,
            "a",
            "events: [channel_occupied, channel_vacated, member_added]",
            "channels: ['public.#']"));
  }

  private List<String> taken(int count) {
    await().atMost(PATIENCE).until(() -> receiver.taken("/a").size() >= count);
    return receiver.taken("/a").stream()
        .map(event -> event.getString("name") + " " + event.getString("channel"))
        .toList();
  }

  private static BridgeListener listener(TestGateway gateway, String channel) {
    return new BridgeListener(gateway).say("register", channel);
  }

  @Test
  void firstSubscriberOccupiesAndLastVacatesTheChannel() {
    try (TestGateway gateway =
        TestGateway.start(hookSetting(), PERMISSIONS, CHANNELS, "presence.grace=0s")) {
      BridgeListener first = listener(gateway, "public.a");
      assertThat(taken(1)).containsExactly("channel_occupied public.a");
      BridgeListener second = listener(gateway, "public.a");
      listener(gateway, "other.b");
      first.close();
      BridgeListener third = listener(gateway, "public.b");
      assertThat(taken(2)).last().isEqualTo("channel_occupied public.b");
      second.close();
      assertThat(taken(3)).last().isEqualTo("channel_vacated public.a");
      third.close();
      assertThat(taken(4))
          .containsExactly(
              "channel_occupied public.a",
              "channel_occupied public.b",
              "channel_vacated public.a",
              "channel_vacated public.b");
    }
  }

  @Test
  void channelWithPresenceIsReportedOccupiedOnce() {
    try (TestGateway gateway = TestGateway.start(hookSetting(), PERMISSIONS, CHANNELS)) {
      listener(gateway, "public.here");
      assertThat(taken(2))
          .containsExactlyInAnyOrder("channel_occupied public.here", "member_added public.here");
      listener(gateway, "public.a");
      assertThat(taken(3)).last().isEqualTo("channel_occupied public.a");
    }
  }

  @Test
  void channelWithoutPresenceAnnouncesNoMembers() {
    try (TestGateway gateway = TestGateway.start(hookSetting(), PERMISSIONS, CHANNELS)) {
      BridgeListener watcher = listener(gateway, "presence.public.a");
      listener(gateway, "public.a");
      assertThat(taken(1)).containsExactly("channel_occupied public.a");
      assertThat(watcher.received()).isEmpty();
    }
  }

  @Test
  void occupancyCountsSubscribersOfAllNodes() {
    List<String> settings = new ArrayList<>(new TestCluster().settings());
    settings.addAll(List.of(hookSetting(), PERMISSIONS, CHANNELS, "presence.grace=0s"));
    String[] given = settings.toArray(String[]::new);
    try (TestGateway staying = TestGateway.start(given)) {
      BridgeListener here;
      try (TestGateway leaving = TestGateway.start(given)) {
        listener(leaving, "public.a");
        assertThat(taken(1)).containsExactly("channel_occupied public.a");
        here = listener(staying, "public.a");
        listener(staying, "public.b");
        assertThat(taken(2)).last().isEqualTo("channel_occupied public.b");
      }
      here.close();
      assertThat(taken(3))
          .containsExactly(
              "channel_occupied public.a", "channel_occupied public.b", "channel_vacated public.a");
    }
  }
}
