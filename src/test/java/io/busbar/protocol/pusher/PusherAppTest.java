package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.config.PusherConfig;
import org.junit.jupiter.api.Test;

/** The addresses of an app's channels. */
final class PusherAppTest {
  private final PusherApp alone = app("{channel}");
  private final PusherApp apart = app("{app}.{channel}.x");

  private static PusherApp app(String address) {
    return new PusherApp(
        new PusherConfig.App("3", "key", "secret", null, address, null, null, null, null));
  }

  @Test
  void channelMapsToItsAddress() {
    assertThat(alone.address("private-chat")).isEqualTo("private-chat");
    assertThat(alone.channel("private-chat")).isEqualTo("private-chat");
  }

  @Test
  void appsHaveSeparateAddresses() {
    assertThat(apart.address("chat")).isEqualTo("3.chat.x");
    assertThat(apart.channel("3.chat.x")).isEqualTo("chat");
    assertThat(apart.channel("4.chat.x")).isNull();
    assertThat(apart.channel("3.x")).isNull();
    assertThat(apart.channel("3..x")).isNull();
  }

  @Test
  void addressesOfTheGatewayMayNotBePublished() {
    assertThat(alone.mayPublish("chat")).isTrue();
    assertThat(alone.mayPublish("busbar.sessions.end")).isFalse();
    assertThat(alone.mayPublish("__vertx.reply.1")).isFalse();
    assertThat(alone.mayPublish("presence.chat")).isFalse();
    assertThat(alone.mayPublish("presence-chat")).isTrue();
    assertThat(apart.mayPublish("busbar.sessions.end")).isTrue();
  }

  @Test
  void secretIsNotShown() {
    assertThat(alone.config().toString()).doesNotContain("secret");
  }
}
